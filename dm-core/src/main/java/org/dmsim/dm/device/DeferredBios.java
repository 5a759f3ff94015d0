package org.dmsim.dm.device;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.core.BlkCore;
import org.dmsim.context.MightSleep;
import org.dmsim.report.KernelSymbol;

/** Bios that wait for a resume: {@code md->deferred} and the worker that submits them again. */
final class DeferredBios {

  private DeferredBios() {}

  /** Mirrors {@code queue_io}, 6.1. */
  @KernelSymbol("queue_io")
  static void queueIo(MappedDevice md, Bio bio) {
    add(md, bio);
    md.workqueue.queue(md.work);
  }

  /** Puts a bio behind those that wait. */
  static void add(MappedDevice md, Bio bio) {
    boolean flags = md.deferredLock.lockIrqsave();
    md.deferred.add(bio);
    md.deferredLock.unlockIrqrestore(flags);
  }

  /** The bio that has waited longest, taken out; null if none waits. */
  static Bio next(MappedDevice md) {
    md.deferredLock.lockIrq();
    Bio bio = md.deferred.pop();
    md.deferredLock.unlockIrq();
    return bio;
  }

  /** Mirrors {@code dm_wq_work}, 6.1: submits what waits, until a suspend begins. */
  @KernelSymbol("dm_wq_work")
  static void dmWqWork(MappedDevice md) {
    while (!md.has(MappedDevice.DMF_BLOCK_IO_FOR_SUSPEND)) {
      Bio bio = next(md);
      if (bio == null) {
        break;
      }
      BlkCore.submitBioNoacct(bio);
      MightSleep.condResched();
    }
  }

  /** Mirrors {@code dm_queue_flush}, 6.1: I/O may come again, and what waits comes first. */
  @KernelSymbol("dm_queue_flush")
  static void flush(MappedDevice md) {
    md.clear(MappedDevice.DMF_BLOCK_IO_FOR_SUSPEND);
    md.workqueue.queue(md.work);
  }
}
