package org.dmsim.dm.device;

import static org.dmsim.dm.device.MappedDevice.DMF_BLOCK_IO_FOR_SUSPEND;
import static org.dmsim.dm.device.MappedDevice.DMF_SUSPENDED;
import static org.dmsim.dm.device.MappedDevice.DMF_SUSPENDED_INTERNALLY;

import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;

/** Suspend and resume as the kernel itself asks for them; they nest with the user's. */
final class InternalSuspension {

  private InternalSuspension() {}

  /** {@code wait_on_bit(&md->flags, DMF_SUSPENDED_INTERNALLY)}. */
  static void awaitResume(MappedDevice md) {
    md.internalResume.waitEvent(() -> !md.isSuspendedInternally());
  }

  /** Mirrors {@code dm_internal_suspend_noflush}, 6.1. */
  @KernelSymbol("dm_internal_suspend_noflush")
  static void suspendNoflush(MappedDevice md) {
    md.suspendLock.lock();
    suspendLocked(md);
    md.suspendLock.unlock();
  }

  @KernelSymbol("__dm_internal_suspend")
  private static void suspendLocked(MappedDevice md) {
    if (md.internalSuspendCount++ > 0) {
      return;
    }
    if (md.isSuspended()) {
      md.set(DMF_SUSPENDED_INTERNALLY);
      return;
    }
    DmTable map = md.live.held();
    Suspension.suspendLocked(md, map, Suspension.NOFLUSH, DMF_SUSPENDED_INTERNALLY);
    Suspension.postsuspend(md, map);
  }

  /** Mirrors {@code dm_internal_resume}, 6.1. */
  @KernelSymbol("dm_internal_resume")
  static void resume(MappedDevice md) {
    md.suspendLock.lock();
    resumeLocked(md);
    md.suspendLock.unlock();
  }

  @KernelSymbol("__dm_internal_resume")
  private static void resumeLocked(MappedDevice md) {
    if (--md.internalSuspendCount > 0) {
      return;
    }
    if (!md.isSuspended()) {
      boolean skips = md.core.kernel().has(DmPolicy.INTERNAL_RESUME_SKIPS_TARGETS);
      int r = Suspension.resumeLocked(md, skips ? null : md.live.held());
      if (r != 0) {
        // As the kernel does: a suspend by the user is faked, so that resume and postsuspend of
        // the targets stay paired.
        DmLog.say("core", "Preresume method failed: " + r);
        md.set(DMF_SUSPENDED);
      }
    }
    md.clear(DMF_SUSPENDED_INTERNALLY);
    md.internalResume.wakeUpAll();
  }

  /** Mirrors {@code dm_internal_suspend_fast}, 6.1: the lock stays held until the resume. */
  @KernelSymbol("dm_internal_suspend_fast")
  static void suspendFast(MappedDevice md) {
    md.suspendLock.lock();
    if (md.isSuspended() || md.isSuspendedInternally()) {
      return;
    }
    md.set(DMF_BLOCK_IO_FOR_SUSPEND);
    md.live.syncSleepers();
    md.workqueue.flush();
    Suspension.waitForBiosCompletion(md);
  }

  /** Mirrors {@code dm_internal_resume_fast}, 6.1. */
  @KernelSymbol("dm_internal_resume_fast")
  static void resumeFast(MappedDevice md) {
    if (!md.isSuspended() && !md.isSuspendedInternally()) {
      DeferredBios.flush(md);
    }
    md.suspendLock.unlock();
  }
}
