package org.dmsim.scenarios.museum;

import org.dmsim.machine.Machine;
import org.dmsim.report.KernelSymbol;
import org.dmsim.srcu.SrcuStruct;

/** A zone report that finds no table returns without closing its bracket. */
final class ForgottenPut implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "forgotten-put",
        "89478335718c",
        "dm: fix bug with RCU locking in dm_blk_report_zones",
        "",
        Rule.CLOSE_WHAT_YOU_OPENED,
        "a read section left open on the path where the table was NULL, and a suspend that hangs"
            + " long afterwards",
        "INFO: task");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    SrcuStruct[] made = new SrcuStruct[1];
    machine.boot(() -> made[0] = new SrcuStruct("&md->io_barrier"));
    machine.spawn("blkzone", () -> reportZones(made[0], fixed));
    machine.spawn("dmsetup", () -> suspend(made[0]));
  }

  /** Mirrors dm_blk_report_zones, 5.9, where the device has no table. */
  @KernelSymbol("dm_blk_report_zones")
  private static void reportZones(SrcuStruct ioBarrier, boolean closeOnNull) {
    int idx = ioBarrier.readLock();
    if (closeOnNull) {
      ioBarrier.readUnlock(idx);
    }
  }

  /** Mirrors __dm_suspend, 5.9. */
  @KernelSymbol("__dm_suspend")
  private static void suspend(SrcuStruct ioBarrier) {
    ioBarrier.synchronize();
  }
}
