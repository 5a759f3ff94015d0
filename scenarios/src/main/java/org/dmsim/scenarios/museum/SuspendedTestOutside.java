package org.dmsim.scenarios.museum;

import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.KernelSymbol;
import org.dmsim.srcu.SrcuStruct;

/** The suspended flag is tested before the bracket is opened; suspend completes in between. */
final class SuspendedTestOutside implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "suspended-test-outside",
        "24c405fdbe21",
        "dm: fix unlocked test for dm_suspended_md",
        true,
        "",
        Rule.TEST_INSIDE_THE_BRACKET,
        "a zone report that is told the device is live, and uses it when suspend has finished",
        "BUG: KASAN: use-after-free");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    Device md = made[0];
    machine.spawn("blkzone", () -> md.reportZones(fixed));
    machine.spawn("dmsetup", md::suspend);
  }

  private static final class Pools extends SlabObject {
    Pools() {
      super("kmalloc-2k", "what only a live device has");
    }
  }

  private static final class Device {
    private final SrcuStruct ioBarrier = new SrcuStruct("&md->io_barrier");
    private final SharedInt suspended = new SharedInt("DMF_SUSPENDED", 0);
    private final Pools pools = new Pools();

    /** Mirrors dm_blk_report_zones, 6.18, before and after the fix. */
    @KernelSymbol("dm_blk_report_zones")
    void reportZones(boolean testInside) {
      if (!testInside && suspended.readOnce() != 0) {
        return; // -EAGAIN
      }
      int idx = ioBarrier.readLock();
      if (!testInside || suspended.readOnce() == 0) {
        pools.touch();
      }
      ioBarrier.readUnlock(idx);
    }

    /** Mirrors __dm_suspend, 6.18, and what a swap frees afterwards. */
    @KernelSymbol("__dm_suspend")
    void suspend() {
      suspended.writeOnce(1);
      ioBarrier.synchronize();
      pools.free();
    }
  }
}
