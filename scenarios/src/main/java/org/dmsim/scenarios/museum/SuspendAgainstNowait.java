package org.dmsim.scenarios.museum;

import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SlabObject;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.KernelSymbol;
import org.dmsim.srcu.SrcuStruct;

/** Suspend waits for SRCU readers; a NOWAIT submitter under plain RCU is none of them. */
final class SuspendAgainstNowait implements Exhibit {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "suspend-against-nowait",
        "a9ce385344f9",
        "dm: don't attempt to queue IO under RCU protection",
        "5.19 to 6.6-rc1",
        Rule.NO_BLOCKING_ALLOCATION_UNDER_RCU,
        "a submitter that suspend does not see, in pools that the swap has freed; no task sleeps,"
            + " so only the wait is wrong",
        "BUG: KASAN: use-after-free");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    Device md = made[0];
    machine.spawn("submitter", () -> md.submitNowait(fixed));
    machine.spawn("dmsetup", md::suspendAndSwap);
  }

  private static final class Pools extends SlabObject {
    Pools() {
      super("kmalloc-2k");
    }

    @Override
    public String label() {
      return "dm_md_mempools";
    }
  }

  private static final class Device {
    private final SrcuStruct ioBarrier = new SrcuStruct("&md->io_barrier");
    private final SharedInt blockIo = new SharedInt("DMF_BLOCK_IO_FOR_SUSPEND", 0);
    private final Pools pools = new Pools();

    /** Mirrors dm_submit_bio, 6.6-rc1 and 6.6-rc2. */
    @KernelSymbol("dm_submit_bio")
    void submitNowait(boolean srcuAlways) {
      int idx = 0;
      if (srcuAlways) {
        idx = ioBarrier.readLock();
      } else {
        Rcu.readLock();
      }
      if (blockIo.readOnce() == 0) {
        pools.touch();
      }
      if (srcuAlways) {
        ioBarrier.readUnlock(idx);
      } else {
        Rcu.readUnlock();
      }
    }

    /** Mirrors __dm_suspend, then __bind, 6.6: the old pools go before dm_sync_table waits. */
    @KernelSymbol("__dm_suspend")
    void suspendAndSwap() {
      blockIo.writeOnce(1);
      ioBarrier.synchronize();
      pools.free();
      ioBarrier.synchronize();
      Rcu.synchronize();
    }
  }
}
