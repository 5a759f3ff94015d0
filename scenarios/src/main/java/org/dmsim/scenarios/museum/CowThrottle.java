package org.dmsim.scenarios.museum;

import org.dmsim.locking.RwSemaphore;
import org.dmsim.locking.Semaphore;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/** Writers throttled under the origins lock, a create that waits for it, a copy that needs it. */
final class CowThrottle implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "cow-throttle",
        "b21555786f18",
        "dm snapshot: rework COW throttling to fix deadlock",
        true,
        "",
        Rule.HOLD_NOTHING_THAT_THE_WAKER_NEEDS,
        "three tasks in a circle that a fair rwsem closes: a waiting writer stops new readers",
        "INFO: task");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Snapshot[] made = new Snapshot[1];
    machine.boot(() -> made[0] = new Snapshot());
    Snapshot s = made[0];
    machine.spawn("writer", () -> s.write(fixed));
    machine.spawn("dmsetup", s::create);
    machine.spawnKthread("kcopyd", s::copyDone);
  }

  private static final class Snapshot {
    private final RwSemaphore origins = new RwSemaphore("_origins_lock");
    private final Semaphore cowCount = new Semaphore("&s->cow_count", 0); // one copy is under way
    private final SharedInt copies = new SharedInt("copies", 0);

    /** Mirrors do_origin, __origin_write and account_start_copy, 5.3. */
    @KernelSymbol("do_origin")
    void write(boolean waitWithoutLock) {
      if (waitWithoutLock) {
        cowCount.down();
        cowCount.up();
      }
      origins.downRead();
      if (!waitWithoutLock) {
        cowCount.down();
      }
      copies.addReturn(1);
      origins.upRead();
    }

    /** Mirrors register_snapshot, 5.3. */
    @KernelSymbol("register_snapshot")
    void create() {
      origins.downWrite();
      origins.upWrite();
    }

    /** Mirrors pending_complete, 5.3: resubmits the origin's bios, then ends its own accounting. */
    @KernelSymbol("pending_complete")
    void copyDone() {
      origins.downRead();
      origins.upRead();
      cowCount.up();
    }
  }
}
