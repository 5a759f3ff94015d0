package org.dmsim.dm.device;

import static org.dmsim.dm.device.MappedDevice.DMF_FREEING;
import static org.dmsim.dm.device.MappedDevice.DMF_POST_SUSPENDING;
import static org.dmsim.dm.device.MappedDevice.DMF_SUSPENDED;

import org.dmsim.context.MightSleep;
import org.dmsim.dm.table.DmMempools;
import org.dmsim.dm.table.DmTable;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/** The end of a mapped device. */
public final class DeviceRemoval {

  private static final SourcePlace DESTROY = SourcePlace.of("drivers/md/dm.c");

  private DeviceRemoval() {}

  /** Mirrors {@code __dm_destroy} with wait, 6.1: returns once nobody uses the device any more. */
  @KernelSymbol("__dm_destroy")
  public static void destroy(MappedDevice md) {
    MightSleep.check(DESTROY);
    md.core.minorLock.lock();
    md.core.replaceMinor(md.minor(), null);
    md.set(DMF_FREEING);
    md.core.minorLock.unlock();
    md.disk().markDead();
    suspendForGood(md);
    awaitHolders(md);
    DmTable table = TableSwap.unbind(md);
    if (table != null) {
      table.destroy();
    }
    free(md);
  }

  /**
   * The mutex first and the section inside it, never the other way round: who swaps a table holds
   * the mutex while it waits for readers (commit 2a708cff93f1).
   */
  private static void suspendForGood(MappedDevice md) {
    boolean bracketFirst = md.core.kernel().has(DmPolicy.BRACKET_BEFORE_SUSPEND_LOCK);
    if (!bracketFirst) {
      md.suspendLock.lock();
    }
    int index = md.live.get();
    DmTable map = md.live.read();
    if (bracketFirst) {
      md.suspendLock.lock();
    }
    if (!md.isSuspended()) {
      if (map != null) {
        map.presuspendTargets();
      }
      md.set(DMF_SUSPENDED);
      md.set(DMF_POST_SUSPENDING);
      if (map != null) {
        map.postsuspendTargets();
      }
    }
    if (bracketFirst) {
      md.suspendLock.unlock();
    }
    md.live.put(index);
    if (!bracketFirst) {
      md.suspendLock.unlock();
    }
  }

  /**
   * The kernel sleeps a millisecond and looks again; here the look is made when it will succeed.
   */
  @KernelSymbol("msleep")
  private static void awaitHolders(MappedDevice md) {
    md.holders().awaitNone();
  }

  /** Mirrors {@code free_dev} and {@code cleanup_mapped_device}, 6.1. */
  @KernelSymbol("cleanup_mapped_device")
  private static void free(MappedDevice md) {
    Suspension.unlockFs(md);
    md.workqueue.destroy();
    DmMempools pools = md.mempools.readOnce();
    if (pools != null) {
      pools.release();
    }
    md.ioCache.destroy();
    md.core.minorLock.lock();
    md.disk().setPrivateData(null);
    md.core.minorLock.unlock();
    if (md.disk().isAdded()) {
      md.tableDevices().lock().lock();
      md.disk().delete();
      md.tableDevices().lock().unlock();
    }
    md.live.cleanup();
    md.core.freeMinor(md.minor());
    md.free();
  }
}
