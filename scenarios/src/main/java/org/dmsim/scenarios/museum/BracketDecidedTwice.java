package org.dmsim.scenarios.museum;

import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.srcu.SrcuStruct;

/** One look at a flag opens the bracket, a second look decides whether to close it. */
final class BracketDecidedTwice implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "bracket-decided-twice",
        "37f53a2c60d0",
        "dm: fix dm_blk_report_zones",
        "",
        Rule.DECIDE_ONCE,
        "two looks at zone_revalidate_map with a writer between them: a bracket left open, or"
            + " closed without having been opened",
        "read section:");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    Device md = made[0];
    machine.spawn("blkzone", () -> md.reportZones(fixed));
    machine.spawn("dmsetup", md::revalidate);
  }

  private static final class Device {
    private final SrcuStruct ioBarrier = new SrcuStruct("&md->io_barrier");
    private final SharedInt zoneRevalidateMap = new SharedInt("md->zone_revalidate_map", 0);

    /** Mirrors dm_blk_report_zones, 6.15, before and after the fix. */
    @KernelSymbol("dm_blk_report_zones")
    void reportZones(boolean remember) {
      boolean opened = zoneRevalidateMap.readOnce() == 0;
      int idx = opened ? ioBarrier.readLock() : 0;
      if (remember ? opened : zoneRevalidateMap.readOnce() == 0) {
        ioBarrier.readUnlock(idx);
      }
    }

    /** Mirrors dm_revalidate_zones, 6.15. */
    @KernelSymbol("dm_revalidate_zones")
    void revalidate() {
      zoneRevalidateMap.writeOnce(1);
      zoneRevalidateMap.writeOnce(0);
    }
  }
}
