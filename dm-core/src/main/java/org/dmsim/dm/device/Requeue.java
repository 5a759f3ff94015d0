package org.dmsim.dm.device;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.context.MightSleep;
import org.dmsim.memory.Gfp;
import org.dmsim.report.KernelSymbol;

/**
 * Bios that a target pushed back, which a noflush suspend allows. Of a bio that was split only the
 * part goes back: the first stage puts the part on a list, and a worker makes a bio of its own of
 * it before the second stage puts that among the deferred ones.
 */
final class Requeue {

  private Requeue() {}

  /**
   * Mirrors {@code dm_handle_requeue}, 6.1.
   *
   * @return whether the bio, or its part, is requeued; else the io's status is an error
   */
  @KernelSymbol("dm_handle_requeue")
  static boolean handle(DmIo io, boolean firstStage) {
    MappedDevice md = io.md;
    Bio bio = io.origBio;
    boolean polledAgain = io.ioStatus == BlkStatus.AGAIN && bio.hasOpf(Opf.REQ_POLLED);
    if (io.ioStatus != BlkStatus.DM_REQUEUE && !polledAgain) {
      return false;
    }
    bio.clearOpf(Opf.REQ_POLLED);
    boolean flags = md.deferredLock.lockIrqsave();
    boolean requeued = md.isNoflushSuspending() || polledAgain || firstStage;
    if (!requeued) {
      io.ioStatus = BlkStatus.IOERR;
    } else if (firstStage) {
      io.nextIo = md.requeueList;
      md.requeueList = io;
    } else {
      md.deferred.addHead(bio);
    }
    md.deferredLock.unlockIrqrestore(flags);
    if (requeued) {
      md.workqueue.queue(firstStage ? md.requeueWork : md.work);
    }
    return requeued;
  }

  /** Mirrors {@code dm_wq_requeue_work}, 6.1: the second stage. */
  @KernelSymbol("dm_wq_requeue_work")
  static void dmWqRequeueWork(MappedDevice md) {
    boolean flags = md.deferredLock.lockIrqsave();
    DmIo io = md.requeueList;
    md.requeueList = null;
    md.deferredLock.unlockIrqrestore(flags);
    while (io != null) {
      DmIo next = io.nextIo;
      rewind(io);
      io.nextIo = null;
      BioCompletion.complete(io, false);
      io = next;
      MightSleep.condResched();
    }
  }

  /**
   * Mirrors {@code dm_io_rewind}, 6.1: makes a bio of the io's part alone, chained to the original,
   * whose end is where it was whatever was taken off its front since.
   */
  @KernelSymbol("dm_io_rewind")
  private static void rewind(DmIo io) {
    Bio original = io.origBio;
    Bio part = BlockLayer.splitsOf(io.md.disk()).allocClone(original.bdev(), original, Gfp.NOIO);
    long back = (io.sectorOffset << Sectors.SHIFT) - original.size();
    part.advance(-back);
    part.trim(0, io.partSectors);
    // Chained as bio_chain does, but the original's count of ends to come stays: it was raised
    // when this part was split off.
    part.setOwner(original);
    part.setEndIo(Bio.CHAIN_ENDIO);
    io.origBio = part;
  }
}
