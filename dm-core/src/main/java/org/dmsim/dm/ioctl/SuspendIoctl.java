package org.dmsim.dm.ioctl;

import org.dmsim.block.Errno;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.device.Suspension;
import org.dmsim.dm.device.TableSwap;
import org.dmsim.dm.table.DmTable;
import org.dmsim.report.KernelSymbol;

/** {@code DM_DEV_SUSPEND}: both of its directions, of which the second makes a table live. */
final class SuspendIoctl {

  private final NameHash hash;

  SuspendIoctl(NameHash hash) {
    this.hash = hash;
  }

  /** Mirrors {@code dev_suspend}, 6.1. */
  @KernelSymbol("dev_suspend")
  int devSuspend(DmParam param) {
    return param.has(DmReply.SUSPEND) ? doSuspend(param) : doResume(param);
  }

  /** Mirrors {@code do_suspend}, 6.1, which the kernel's compiler makes a part of its caller. */
  private int doSuspend(DmParam param) {
    MappedDevice md = DeviceLookup.find(hash, param);
    if (md == null) {
      return -Errno.ENXIO;
    }
    int r = md.isSuspended() ? 0 : Suspension.suspend(md, suspendFlags(param));
    if (r == 0) {
      DeviceLookup.fill(hash, md, param);
    }
    md.put();
    return r;
  }

  private static int suspendFlags(DmParam param) {
    return (param.has(DmReply.SKIP_LOCKFS) ? 0 : Suspension.LOCKFS)
        | (param.has(DmReply.NOFLUSH) ? Suspension.NOFLUSH : 0);
  }

  /** Mirrors {@code do_resume}, 6.1, which the kernel's compiler makes a part of its caller. */
  private int doResume(DmParam param) {
    hash.lock.downWrite();
    HashCell cell = DeviceLookup.cell(hash, param);
    if (cell == null) {
      hash.lock.upWrite();
      return -Errno.ENXIO;
    }
    MappedDevice md = cell.md;
    DmTable fresh = cell.newMap;
    cell.newMap = null;
    param.flags &= ~DmReply.INACTIVE_PRESENT;
    hash.lock.upWrite();
    DmTable old = null;
    if (fresh != null) {
      int r = md.isSuspended() ? 0 : Suspension.suspend(md, suspendFlags(param));
      if (r != 0) {
        r = putBack(md, fresh, r);
        md.put();
        return r;
      }
      TableSwap.Swapped swapped = TableSwap.swap(md, fresh);
      if (swapped.error() != 0) {
        TableIoctl.drop(md, fresh);
        md.put();
        return swapped.error();
      }
      old = swapped.old();
      md.disk().setReadOnly(!fresh.writable());
    }
    int r = 0;
    if (md.isSuspended()) {
      r = Suspension.resume(md);
      if (r == 0) {
        param.flags |= DmReply.UEVENT_GENERATED;
      }
    }
    if (old != null) {
      old.destroy(); // its readers were waited for when it was swapped out
    }
    if (r == 0) {
      DeviceLookup.fill(hash, md, param);
    }
    md.put();
    return r;
  }

  /** The suspend failed: the table is inactive again, unless another one took its place. */
  private int putBack(MappedDevice md, DmTable fresh, int error) {
    hash.lock.downWrite();
    HashCell cell = NameHash.of(md);
    boolean free = cell != null && cell.newMap == null;
    if (free) {
      cell.newMap = fresh;
    }
    hash.lock.upWrite();
    if (free) {
      return error;
    }
    TableIoctl.drop(md, fresh);
    return -Errno.ENXIO;
  }
}
