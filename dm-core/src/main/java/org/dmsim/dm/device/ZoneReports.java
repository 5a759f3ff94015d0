package org.dmsim.dm.device;

import org.dmsim.block.Errno;
import org.dmsim.dm.table.DmTable;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * What a mapped device says of its zones. No zoned disk is modelled, so that no target has any to
 * report; modelled is which table is asked, and how it is held.
 */
public final class ZoneReports {

  private ZoneReports() {}

  /**
   * Mirrors {@code dm_blk_report_zones}, 5.9, 6.12 and 6.12.117, by policy.
   *
   * @return how many zones there are, or -EIO if there is no table, -EAGAIN if it is suspended
   */
  @KernelSymbol("dm_blk_report_zones")
  public static int report(MappedDevice md) {
    return md.core.kernel().has(DmPolicy.PENDING_TABLE_READ_TWICE)
        ? readingTwice(md)
        : readingOnce(md);
  }

  private static int readingOnce(MappedDevice md) {
    DmTable pending = md.zoneRevalidateMap.readOnce();
    if (pending != null && md.zoneRevalidateTask == Task.current()) {
      return zones(pending);
    }
    int index = md.live.get();
    DmTable map = md.live.read();
    if (map == null && md.core.kernel().has(DmPolicy.REPORT_LEAVES_BRACKET_OPEN)) {
      return -Errno.EIO;
    }
    int r = md.isSuspended() ? -Errno.EAGAIN : map == null ? -Errno.EIO : zones(map);
    md.live.put(index);
    return r;
  }

  private static int readingTwice(MappedDevice md) {
    DmTable map = md.zoneRevalidateMap.readOnce();
    int index = 0;
    if (map == null) {
      if (md.isSuspended()) {
        return -Errno.EAGAIN;
      }
      index = md.live.get();
      map = md.live.read();
      if (map == null) {
        return -Errno.EIO;
      }
    }
    int r = zones(map);
    if (md.zoneRevalidateMap.readOnce() == null) {
      md.live.put(index);
    }
    return r;
  }

  /** Mirrors {@code dm_blk_do_report_zones} where no target has zones. */
  @KernelSymbol("dm_blk_do_report_zones")
  private static int zones(DmTable map) {
    map.touch();
    return 0;
  }

  /**
   * Has the zones of a table counted that is about to go live; mirrors {@code dm_revalidate_zones},
   * 6.12.
   */
  @KernelSymbol("dm_revalidate_zones")
  public static int revalidate(MappedDevice md, DmTable pending) {
    md.zoneRevalidateTask = Task.current();
    md.zoneRevalidateMap.writeOnce(pending);
    int r = report(md);
    md.zoneRevalidateMap.writeOnce(null);
    md.zoneRevalidateTask = null;
    return r;
  }
}
