package org.dmsim.scenarios.museum;

import org.dmsim.context.MightSleep;
import org.dmsim.machine.Machine;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.SharedInt;
import org.dmsim.rcu.Rcu;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.report.KernelSymbol;

/** The queue's NOWAIT flag is tested before the table is pinned; the table is another by then. */
final class CapabilityTestOutside implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "capability-test-outside",
        "1ee88de395c3",
        "dm: fix narrow race for REQ_NOWAIT bios being issued despite no support",
        "",
        Rule.TEST_INSIDE_THE_BRACKET,
        "a NOWAIT bio that reaches a target which sleeps, because the table was swapped between"
            + " test and bracket",
        "BUG: sleeping function called from invalid context");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    Device md = made[0];
    machine.spawn("submitter", () -> md.submitNowait(fixed));
    machine.spawn("dmsetup", md::swapToSnapshot);
  }

  private static final class Table {
    private final boolean supportsNowait;

    Table(boolean supportsNowait) {
      this.supportsNowait = supportsNowait;
    }

    /** A snapshot allocates and takes locks in its map function; linear does not. */
    @KernelSymbol("snapshot_map")
    void map() {
      if (!supportsNowait) {
        MightSleep.alloc(Gfp.NOIO);
      }
    }

    @Override
    public String toString() {
      return supportsNowait ? "linear table" : "snapshot table";
    }
  }

  private static final class Device {
    private final SharedInt queueFlagNowait = new SharedInt("QUEUE_FLAG_NOWAIT", 1);
    private final RcuPointer<Table> map = new RcuPointer<>("md->map");

    Device() {
      map.assign(new Table(true));
    }

    /** Mirrors submit_bio_noacct and dm_submit_bio, 5.19-rc1; the fix's re-check is per target. */
    @KernelSymbol("dm_submit_bio")
    void submitNowait(boolean checkInside) {
      if (queueFlagNowait.readOnce() == 0) {
        return; // -EOPNOTSUPP
      }
      Rcu.readLock();
      Table table = map.dereference();
      if (!checkInside || table.supportsNowait) {
        table.map();
      }
      Rcu.readUnlock();
    }

    /** Mirrors dm_swap_table, 5.19-rc1. */
    @KernelSymbol("dm_swap_table")
    void swapToSnapshot() {
      map.assign(new Table(false));
      queueFlagNowait.writeOnce(0);
      Rcu.synchronize();
    }
  }
}
