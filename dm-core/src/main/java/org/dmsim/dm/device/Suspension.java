package org.dmsim.dm.device;

import static org.dmsim.dm.device.MappedDevice.DMF_BLOCK_IO_FOR_SUSPEND;
import static org.dmsim.dm.device.MappedDevice.DMF_FREEING;
import static org.dmsim.dm.device.MappedDevice.DMF_FROZEN;
import static org.dmsim.dm.device.MappedDevice.DMF_NOFLUSH_SUSPENDING;
import static org.dmsim.dm.device.MappedDevice.DMF_POST_SUSPENDING;
import static org.dmsim.dm.device.MappedDevice.DMF_SUSPENDED;

import org.dmsim.block.Errno;
import org.dmsim.dm.table.DmTable;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Sched;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.KernelSymbol;

/**
 * Suspend and resume as a user asks for them. After a suspend no bio is in flight below the device
 * and none can get there; new ones wait in {@link DeferredBios}.
 */
public final class Suspension {

  /** {@code DM_SUSPEND_LOCKFS_FLAG}: freeze the file system on the device first. */
  public static final int LOCKFS = 1;

  /** {@code DM_SUSPEND_NOFLUSH_FLAG}: targets may push bios back instead of ending them. */
  public static final int NOFLUSH = 2;

  /** {@code SINGLE_DEPTH_NESTING}: a device below may be suspended from inside a suspend. */
  private static final int NESTED = 1;

  private Suspension() {}

  static void assertLockHeld(MappedDevice md) {
    if (!md.suspendLock.isLocked()) {
      throw new DmsimFault("suspend_lock of " + md.deviceName() + " is not held");
    }
  }

  /**
   * Mirrors {@code dm_suspend}, 6.1.
   *
   * @param flags of {@link #LOCKFS} and {@link #NOFLUSH}
   * @return 0, or -EINVAL if it is suspended already
   */
  @KernelSymbol("dm_suspend")
  public static int suspend(MappedDevice md, int flags) {
    for (; ; ) {
      md.suspendLock.lockNested(NESTED);
      if (md.isSuspended()) {
        md.suspendLock.unlock();
        return -Errno.EINVAL;
      }
      if (!md.isSuspendedInternally()) {
        break;
      }
      md.suspendLock.unlock();
      InternalSuspension.awaitResume(md);
    }
    DmTable map = md.live.held();
    int r = suspendLocked(md, map, map == null ? flags & ~LOCKFS : flags, DMF_SUSPENDED);
    if (r == 0) {
      postsuspend(md, map);
    }
    md.suspendLock.unlock();
    return r;
  }

  /** Tells the targets that no I/O is left. */
  static void postsuspend(MappedDevice md, DmTable map) {
    md.set(DMF_POST_SUSPENDING);
    if (map != null) {
      map.postsuspendTargets();
    }
    md.clear(DMF_POST_SUSPENDING);
  }

  /**
   * Mirrors {@code __dm_suspend}, 6.1. The order: submitters learn that they must not come in, then
   * those that are in are waited for, then the worker, then the bios in flight.
   *
   * @param suspendedFlag what is set once it is done
   */
  @KernelSymbol("__dm_suspend")
  static int suspendLocked(MappedDevice md, DmTable map, int flags, int suspendedFlag) {
    boolean noflush = (flags & NOFLUSH) != 0;
    if (noflush) {
      md.set(DMF_NOFLUSH_SUSPENDING); // before presuspend: targets look at it there
    }
    if (map != null) {
      map.presuspendTargets();
    }
    if (!noflush && (flags & LOCKFS) != 0) {
      int r = lockFs(md);
      if (r != 0) {
        if (map != null) {
          map.presuspendUndoTargets();
        }
        return r;
      }
    }
    md.set(DMF_BLOCK_IO_FOR_SUSPEND);
    if (map != null) {
      md.live.syncSleepers();
    }
    md.workqueue.flush();
    if (map != null) {
      waitForBiosCompletion(md);
    }
    md.set(suspendedFlag);
    if (noflush) {
      md.clear(DMF_NOFLUSH_SUSPENDING);
    }
    if (map != null) {
      md.live.syncSleepers();
    }
    return 0;
  }

  /** Mirrors {@code dm_wait_for_bios_completion}, 6.1, without its signals. */
  @KernelSymbol("dm_wait_for_bios_completion")
  static void waitForBiosCompletion(MappedDevice md) {
    for (; ; ) {
      WaitQueue.Entry e = md.wait.prepareToWait(false);
      boolean busy = md.pendingIo.any();
      if (busy) {
        md.wait.sleep(e, Sched.FOREVER);
      }
      md.wait.finishWait(e);
      if (!busy) {
        return;
      }
    }
  }

  /**
   * Mirrors {@code lock_fs}, 6.1. No file system is modelled and no page is cached, so that {@code
   * freeze_bdev} finds nothing to do.
   */
  @KernelSymbol("lock_fs")
  private static int lockFs(MappedDevice md) {
    md.set(DMF_FROZEN);
    return 0;
  }

  /** Mirrors {@code unlock_fs}, 6.1. */
  @KernelSymbol("unlock_fs")
  static void unlockFs(MappedDevice md) {
    if (md.has(DMF_FROZEN)) {
      md.clear(DMF_FROZEN);
    }
  }

  /**
   * Mirrors {@code dm_resume}, 6.1.
   *
   * @return 0; -EINVAL if it is not suspended, has no table or goes away; what a target refuses
   *     with
   */
  @KernelSymbol("dm_resume")
  public static int resume(MappedDevice md) {
    for (; ; ) {
      md.suspendLock.lockNested(NESTED);
      if (!md.isSuspended() || md.has(DMF_FREEING)) {
        md.suspendLock.unlock();
        return -Errno.EINVAL;
      }
      if (!md.isSuspendedInternally()) {
        break;
      }
      md.suspendLock.unlock();
      InternalSuspension.awaitResume(md);
    }
    DmTable map = md.live.held();
    int r = map == null || map.size() == 0 ? -Errno.EINVAL : resumeLocked(md, map);
    if (r == 0) {
      md.clear(DMF_SUSPENDED);
    }
    md.suspendLock.unlock();
    return r;
  }

  /** Mirrors {@code __dm_resume}, 6.1: targets first, so that deferred bios find them ready. */
  @KernelSymbol("__dm_resume")
  static int resumeLocked(MappedDevice md, DmTable map) {
    if (map != null) {
      int r = map.resumeTargets();
      if (r != 0) {
        return r;
      }
    }
    DeferredBios.flush(md);
    unlockFs(md);
    return 0;
  }
}
