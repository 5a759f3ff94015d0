package org.dmsim.dm.device;

import org.dmsim.block.Errno;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.table.DmMempools;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.table.TableLimits;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;

/** A table goes live: the first one, which makes the disk visible, and each that replaces it. */
public final class TableSwap {

  private TableSwap() {}

  /**
   * What {@link #swap} did.
   *
   * @param error 0 or a negative errno; the new table is still the caller's then
   * @param old the table that was live, for the caller to destroy; null if there was none
   */
  public record Swapped(int error, DmTable old) {}

  /** Mirrors {@code dm_swap_table}, 6.1. The device must be suspended. */
  @KernelSymbol("dm_swap_table")
  public static Swapped swap(MappedDevice md, DmTable table) {
    md.suspendLock.lock();
    Swapped result = md.isSuspended() ? swapSuspended(md, table) : new Swapped(-Errno.EINVAL, null);
    md.suspendLock.unlock();
    return result;
  }

  static Swapped swapSuspended(MappedDevice md, DmTable table) {
    QueueLimits limits = new QueueLimits();
    DmTable kept = null;
    if (TableLimits.hasNoDataDevices(table)) {
      // A table without devices knows no limits of its own; those of the live one stay.
      md.live.getFast();
      kept = md.live.readFast();
      if (kept != null) {
        limits.set(md.disk().queue().limits());
      }
      md.live.putFast();
    }
    if (kept == null) {
      int r = TableLimits.calculate(table, limits);
      if (r != 0) {
        return new Swapped(r, null);
      }
    }
    Swapped result = bind(md, table, limits);
    md.core.issueGlobalEvent();
    return result;
  }

  /**
   * Mirrors {@code __bind}, 6.1. The pools of the old table are freed before its readers are waited
   * for: nobody may be about to allocate from them, and a suspended device sees to that as long as
   * every submitter is in the section that the suspend waits for.
   */
  @KernelSymbol("__bind")
  private static Swapped bind(MappedDevice md, DmTable table, QueueLimits limits) {
    long size = table.size();
    long oldSize = md.size();
    md.disk().setCapacity(size);
    int r = TableLimits.restrict(table, md.disk().queue(), limits);
    if (r != 0) {
      md.disk().setCapacity(oldSize);
      return new Swapped(r, null);
    }
    if (size != oldSize) {
      md.geometry = MappedDevice.Geometry.NONE;
    }
    table.eventCallback(md::event);
    DmMempools dead = md.mempools.readOnce();
    if (dead != null) {
      dead.release();
    }
    md.mempools.writeOnce(table.takeMempools());
    md.ioCache.reload(table);
    DmTable old = md.live.held();
    md.live.assign(table);
    md.immutableTargetType = table.immutableTargetType();
    if (old != null) {
      md.live.sync();
    }
    return new Swapped(0, old);
  }

  /** Takes the table out for good; mirrors {@code __unbind}, 6.1. Null if there is none. */
  @KernelSymbol("__unbind")
  static DmTable unbind(MappedDevice md) {
    DmTable map = md.live.alone();
    if (map == null) {
      return null;
    }
    map.eventCallback(null);
    md.live.assign(null);
    md.live.sync();
    return map;
  }

  /**
   * Makes the disk visible, once the first table is loaded; mirrors {@code dm_setup_md_queue}, 6.1.
   */
  @KernelSymbol("dm_setup_md_queue")
  public static int setupQueue(MappedDevice md, DmTable table) {
    QueueLimits limits = new QueueLimits();
    int r = TableLimits.calculate(table, limits);
    if (r != 0) {
      DmLog.say("core", "Cannot calculate initial queue limits");
      return r;
    }
    r = TableLimits.restrict(table, md.disk().queue(), limits);
    if (r != 0) {
      return r;
    }
    if (!md.disk().isAdded()) {
      md.tableDevices().lock().lock();
      md.disk().add();
      r = md.tableDevices().linkAll();
      if (r != 0) {
        md.disk().delete();
      }
      md.tableDevices().lock().unlock();
    }
    if (r != 0) {
      return r;
    }
    md.setType(table.type());
    return 0;
  }
}
