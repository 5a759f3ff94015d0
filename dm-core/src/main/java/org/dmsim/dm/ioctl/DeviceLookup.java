package org.dmsim.dm.ioctl;

import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;

/** Finding the device that an ioctl is about, its tables, and what is told of it. */
final class DeviceLookup {

  private DeviceLookup() {}

  /** The cell of the device asked for, pinned, with the lock held; null if there is none. */
  @KernelSymbol("__find_device_hash_cell")
  static HashCell cell(NameHash hash, DmParam param) {
    HashCell cell = pinned(hash, param);
    if (cell == null) {
      return null;
    }
    param.name = cell.name;
    param.uuid = cell.uuid == null ? "" : cell.uuid;
    param.flags &= ~DmReply.INACTIVE_PRESENT;
    if (cell.newMap != null) {
      param.flags |= DmReply.INACTIVE_PRESENT;
    }
    return cell;
  }

  /** Asked for by one of uuid, name and number: the first of them that is there, and no other. */
  private static HashCell pinned(NameHash hash, DmParam param) {
    if (!param.uuid.isEmpty()) {
      if (!param.name.isEmpty() || param.dev != 0) {
        invalid("uuid " + param.uuid + ", name " + param.name, param.dev);
        return null;
      }
      return hash.byUuid(param.uuid);
    }
    if (!param.name.isEmpty()) {
      if (param.dev != 0) {
        invalid("name " + param.name, param.dev);
        return null;
      }
      return hash.byName(param.name);
    }
    return param.dev == 0 ? null : hash.byDev(param.dev);
  }

  private static void invalid(String what, long dev) {
    DmLog.say("ioctl", "Invalid ioctl structure: " + what + ", dev " + Long.toHexString(dev));
  }

  /** The device asked for, pinned; null if there is none. */
  @KernelSymbol("find_device")
  static MappedDevice find(NameHash hash, DmParam param) {
    hash.lock.downRead();
    HashCell cell = cell(hash, param);
    hash.lock.upRead();
    return cell == null ? null : cell.md;
  }

  /**
   * The inactive table, inside {@link org.dmsim.dm.device.LiveTable#get}; null if there is none.
   * Whoever destroys it waits for those sections.
   */
  @KernelSymbol("dm_get_inactive_table")
  static DmTable inactive(NameHash hash, MappedDevice md) {
    hash.lock.downRead();
    HashCell cell = NameHash.of(md);
    DmTable table = null;
    if (cell == null) {
      DmLog.say("ioctl", "device has been removed from the dev hash table.");
    } else {
      table = cell.newMap;
    }
    hash.lock.upRead();
    return table;
  }

  /** The table that is asked about, inside the read-side section; null if there is none. */
  static DmTable asked(NameHash hash, MappedDevice md, DmParam param) {
    return param.has(DmReply.QUERY_INACTIVE_TABLE) ? inactive(hash, md) : md.live.read();
  }

  /** Tells the device's state; mirrors {@code __dev_status}, 6.1. */
  @KernelSymbol("__dev_status")
  static void fill(NameHash hash, MappedDevice md, DmParam param) {
    param.flags &=
        ~(DmReply.SUSPEND | DmReply.READONLY | DmReply.ACTIVE_PRESENT | DmReply.INTERNAL_SUSPEND);
    if (md.isSuspended()) {
      param.flags |= DmReply.SUSPEND;
    }
    if (md.isSuspendedInternally()) {
      param.flags |= DmReply.INTERNAL_SUSPEND;
    }
    if (md.isDeferredRemove()) {
      param.flags |= DmReply.DEFERRED_REMOVE;
    }
    param.minor = md.minor();
    param.openCount = md.openCount();
    param.eventNr = md.eventNr();
    param.targetCount = 0;
    boolean inactive = param.has(DmReply.QUERY_INACTIVE_TABLE);
    int index = md.live.get();
    DmTable table = md.live.read();
    if (table != null) {
      param.flags |= DmReply.ACTIVE_PRESENT;
      if (!inactive) {
        if (md.disk().isReadOnly()) {
          param.flags |= DmReply.READONLY;
        }
        param.targetCount = table.targetCount();
      }
    }
    md.live.put(index);
    if (inactive) {
      index = md.live.get();
      table = inactive(hash, md);
      if (table != null) {
        if (!table.writable()) {
          param.flags |= DmReply.READONLY;
        }
        param.targetCount = table.targetCount();
      }
      md.live.put(index);
    }
  }
}
