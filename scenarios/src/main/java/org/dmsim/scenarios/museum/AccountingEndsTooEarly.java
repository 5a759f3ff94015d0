package org.dmsim.scenarios.museum;

import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.KernelSymbol;

/**
 * The in-flight count says zero before the dm_io is back in its pool; the waiter frees the pool.
 */
final class AccountingEndsTooEarly implements Exhibit {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "accounting-ends-too-early",
        "d208b89401e0",
        "dm: fix mempool NULL pointer race when completing IO",
        "up to 5.15",
        Rule.WAIT_BEFORE_YOU_FREE,
        "a completion that wakes the suspender first and touches the pool afterwards",
        "BUG: KASAN: use-after-free");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    Device md = made[0];
    machine.spawnKthread("ksoftirqd/0", () -> md.complete(fixed));
    machine.spawn("dmsetup", md::suspendAndSwap);
  }

  private static final class Pools extends SlabObject {
    Pools() {
      super("kmalloc-2k");
    }

    @Override
    public String label() {
      return "md->mempools";
    }
  }

  private static final class Device {
    private final SharedInt pending = new SharedInt("md->pending_io", 1);
    private final WaitQueue wait = new WaitQueue("&md->wait");
    private final Pools pools = new Pools();

    /** Mirrors dec_pending, 5.14, and its order before and after the fix. */
    @KernelSymbol("dec_pending")
    void complete(boolean freeFirst) {
      if (freeFirst) {
        freeIo();
        endAccounting();
      } else {
        endAccounting();
        freeIo();
      }
    }

    @KernelSymbol("mempool_free")
    private void freeIo() {
      pools.touch();
    }

    @KernelSymbol("end_io_acct")
    private void endAccounting() {
      pending.addReturn(-1);
      wait.wakeUp();
    }

    /** Mirrors dm_wait_for_completion and __bind, 5.14. */
    @KernelSymbol("dm_swap_table")
    void suspendAndSwap() {
      wait.waitEvent(() -> pending.readOnce() == 0);
      pools.free();
    }
  }
}
