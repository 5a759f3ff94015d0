package org.dmsim.dm.device;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.report.KernelSymbol;

/** The way of a bio up: its clones end, and the last of them ends it, in whatever context. */
final class BioCompletion {

  private BioCompletion() {}

  /** {@code bi_end_io} of every clone. */
  static final BioEndIo CLONE_ENDIO = BioCompletion::cloneEndio;

  /** Mirrors {@code clone_endio}, 6.1. */
  @KernelSymbol("clone_endio")
  private static void cloneEndio(Bio bio) {
    DmTargetIo clone = (DmTargetIo) bio;
    DmTarget target = clone.target;
    DmIo io = clone.io;
    io.map.look(); // the target lies in the table's memory
    if (bio.status() == BlkStatus.TARGET) {
      disableUnsupported(io.md, bio);
    }
    BlkStatus error;
    if (target != null && target.type().hasEndIo()) {
      EndIoResult r = target.endIo(clone);
      if (r == EndIoResult.INCOMPLETE) {
        return;
      }
      error = r == EndIoResult.REQUEUE ? BlkStatus.DM_REQUEUE : bio.status();
    } else {
      error = bio.status();
    }
    CloneSubmission.freeTio(clone);
    dmIoDecPending(io, error);
  }

  /** A device below that turned out not to know an operation: it is not sent again. */
  private static void disableUnsupported(MappedDevice md, Bio bio) {
    QueueLimits below = bio.bdev().queue().limits();
    QueueLimits own = md.disk().queue().limits();
    if (bio.op() == Opf.REQ_OP_DISCARD && below.maxDiscardSectors == 0) {
      own.maxDiscardSectors = 0;
    } else if (bio.op() == Opf.REQ_OP_WRITE_ZEROES && below.maxWriteZeroesSectors == 0) {
      own.maxWriteZeroesSectors = 0;
    }
  }

  /** One clone, or the submission, is done; mirrors {@code dm_io_dec_pending}, 6.1. */
  static void dmIoDecPending(DmIo io, BlkStatus error) {
    if (error != BlkStatus.OK) {
      setError(io, error);
    }
    if (io.decCountAndTest()) {
      dmIoComplete(io);
    }
  }

  /** The submission's own reference of a polled io goes; mirrors {@code __dm_io_dec_pending}. */
  static void decPending(DmIo io) {
    if (io.decCountAndTest()) {
      dmIoComplete(io);
    }
  }

  private static void setError(DmIo io, BlkStatus error) {
    boolean flags = io.lock().lockIrqsave();
    if (io.ioStatus != BlkStatus.DM_REQUEUE || !io.md.isNoflushSuspending()) {
      io.ioStatus = error;
    }
    io.lock().unlockIrqrestore(flags);
  }

  /** Mirrors {@code dm_io_complete}, 6.1: only a part of a split bio is requeued in two steps. */
  @KernelSymbol("dm_io_complete")
  private static void dmIoComplete(DmIo io) {
    complete(io, io.wasSplit);
  }

  /** Tells who waits for it that one bio less is in flight; {@code end_io_acct} before 5.18. */
  @KernelSymbol("end_io_acct")
  private static void uncount(MappedDevice md) {
    md.pendingIo.dec();
    if (md.wait.isActive()) {
      md.wait.wakeUp();
    }
  }

  /** Mirrors {@code __dm_io_complete}, 6.1. The bio in flight is uncounted before its end. */
  static void complete(DmIo io, boolean firstStage) {
    Bio bio = io.origBio;
    MappedDevice md = io.md;
    md.look();
    boolean requeued =
        (io.ioStatus == BlkStatus.DM_REQUEUE || io.ioStatus == BlkStatus.AGAIN)
            && Requeue.handle(io, firstStage);
    if (requeued && firstStage) {
      return;
    }
    BlkStatus error = io.ioStatus;
    if (md.core.policies().uncountsFirst()) {
      uncount(md);
      io.put();
    } else {
      io.put();
      uncount(md);
    }
    if (requeued) {
      return;
    }
    if (bio.hasOpf(Opf.REQ_PREFLUSH) && bio.size() != 0) {
      bio.clearOpf(Opf.REQ_PREFLUSH);
      DeferredBios.queueIo(md, bio);
    } else {
      if (error != BlkStatus.OK) {
        bio.setStatus(error);
      }
      bio.endio();
    }
  }
}
