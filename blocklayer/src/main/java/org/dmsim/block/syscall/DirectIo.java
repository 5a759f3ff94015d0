package org.dmsim.block.syscall;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.BlockPolicy;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.bio.Plug;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.context.MightSleep;
import org.dmsim.locking.Completion;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Memory;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * Direct I/O of one run of memory. Its pages count as lying apart from each other, so that a bio
 * carries {@link Sectors#BIO_MAX_VECS} of them; on a real machine neighbours by chance make longer
 * bios.
 */
final class DirectIo {

  /** Pages whose vector fits on the stack. */
  private static final int DIO_INLINE_BIO_VECS = 4;

  private DirectIo() {}

  /** Mirrors {@code blkdev_direct_IO}, 6.1. */
  @KernelSymbol("blkdev_direct_IO")
  static long start(Kiocb iocb) {
    long pages = pages(iocb);
    boolean one = pages <= Sectors.BIO_MAX_VECS && !iocb.polled;
    return one ? simple(iocb, pages) : several(iocb);
  }

  private static long pages(Kiocb iocb) {
    if (iocb.iter != null) {
      return iocb.iter.pages(iocb.count);
    }
    long into = iocb.at & (Sectors.PAGE_SIZE - 1);
    return (into + iocb.count + Sectors.PAGE_SIZE - 1) >> Sectors.PAGE_SHIFT;
  }

  private static boolean isUnaligned(Kiocb iocb) {
    QueueLimits limits = iocb.bdev().queue().limits();
    int block = limits.logicalBlockSize - 1;
    if (iocb.iter != null) {
      return (iocb.pos & block) != 0
          || !iocb.iter.isAligned(iocb.count, limits.dmaAlignment, block);
    }
    return ((iocb.pos | iocb.count) & block) != 0 || (iocb.at & limits.dmaAlignment) != 0;
  }

  private static int opf(Kiocb iocb) {
    if (!iocb.write) {
      return Opf.REQ_OP_READ;
    }
    boolean durable = iocb.has(Syscalls.RWF_DSYNC | Syscalls.RWF_SYNC);
    return Opf.REQ_OP_WRITE | Opf.REQ_SYNC | Opf.REQ_IDLE | (durable ? Opf.REQ_FUA : 0);
  }

  /** What one bio can carry makes one bio on the stack, whose end is waited for. */
  @KernelSymbol("__blkdev_direct_IO_simple")
  private static long simple(Kiocb iocb, long pages) {
    if (isUnaligned(iocb)) {
      return -Errno.EINVAL;
    }
    if (pages > DIO_INLINE_BIO_VECS) {
      MightSleep.alloc(Gfp.KERNEL);
      if (!Memory.succeeds(Gfp.KERNEL)) {
        return -Errno.ENOMEM;
      }
    }
    Bio bio = Bio.onStack(iocb.bdev(), opf(iocb));
    bio.setSector(iocb.pos >> Sectors.SHIFT);
    bio.setData(iocb.memory, iocb.at, (int) iocb.count);
    if (iocb.has(Syscalls.RWF_NOWAIT)) {
      bio.addOpf(Opf.REQ_NOWAIT);
    }
    BlkCore.submitBioWait(bio);
    long result = bio.status() == BlkStatus.OK ? iocb.count : bio.status().toErrno();
    bio.freeOwned();
    return result;
  }

  /** What more than one bio have in common: {@code struct blkdev_dio}. */
  private static final class Dio {
    final SharedInt left = new SharedInt("dio->ref", 1);
    final Completion done = new Completion("dio->waiter");
    BlkStatus status = BlkStatus.OK;
    int issued = 1;
    int succeeded;
  }

  private static final BioEndIo END_IO = DirectIo::endIo;

  @KernelSymbol("blkdev_bio_end_io")
  private static void endIo(Bio bio) {
    Dio dio = (Dio) bio.owner();
    if (bio.status() == BlkStatus.OK) {
      dio.succeeded++;
    } else if (dio.status == BlkStatus.OK) {
      dio.status = bio.status();
    }
    if (dio.left.decAndTest()) {
      dio.done.complete();
    }
    bio.put();
  }

  /** More than one bio can carry: each goes its way at once, and the end of all is waited for. */
  @KernelSymbol("__blkdev_direct_IO")
  private static long several(Kiocb iocb) {
    if (isUnaligned(iocb)) {
      return -Errno.EINVAL;
    }
    boolean plugged = Plug.start();
    Dio dio = new Dio();
    long total = iocb.count;
    boolean submitted = submitSeveral(iocb, dio);
    Plug.finish(plugged);
    if (!submitted) {
      return -Errno.EAGAIN;
    }
    dio.done.waitFor();
    if (iocb.write && dio.status == BlkStatus.AGAIN && dio.succeeded > 0) {
      PartialSuccess.report(dio.succeeded, dio.issued);
    }
    boolean lost = BlockLayer.of(iocb.bdev()).kernel().has(BlockPolicy.ERRORS_OF_SEVERAL_BIOS_LOST);
    return dio.status == BlkStatus.OK || lost ? total : dio.status.toErrno();
  }

  /** Submits all bios; false, with none submitted, if one is not enough and may not wait. */
  private static boolean submitSeveral(Kiocb iocb, Dio dio) {
    BlockDevice bdev = iocb.bdev();
    long sector = iocb.pos >> Sectors.SHIFT;
    while (true) {
      Bio bio = BlockLayer.of(bdev).general().alloc(bdev, opf(iocb), Gfp.KERNEL);
      bio.setSector(sector);
      bio.setOwner(dio);
      bio.setEndIo(END_IO);
      int n = take(iocb, bdev);
      bio.setData(iocb.memory, iocb.at - n, n);
      if (iocb.polled) {
        bio.addOpf(Opf.REQ_POLLED);
        if (BlockLayer.of(bdev).kernel().has(BlockPolicy.POLLED_IS_NOWAIT)) {
          bio.addOpf(Opf.REQ_NOWAIT);
        }
      }
      if (iocb.has(Syscalls.RWF_NOWAIT)) {
        if (iocb.count > 0 && !BlockLayer.of(bdev).kernel().has(BlockPolicy.SEVERAL_NOWAIT_BIOS)) {
          bio.put();
          return false;
        }
        bio.addOpf(Opf.REQ_NOWAIT);
      }
      sector += n >> Sectors.SHIFT;
      if (iocb.count == 0) {
        BlkCore.submitBio(bio);
        return true;
      }
      dio.left.incReturn();
      dio.issued++;
      BlkCore.submitBio(bio);
    }
  }

  /** As many whole blocks as one bio can carry; the iterator goes on behind them. */
  private static int take(Kiocb iocb, BlockDevice bdev) {
    int into = iocb.at & (Sectors.PAGE_SIZE - 1);
    long most = (long) Sectors.BIO_MAX_VECS * Sectors.PAGE_SIZE - into;
    int n =
        (int) Sectors.roundDown(Math.min(most, iocb.count), bdev.queue().limits().logicalBlockSize);
    iocb.at += n;
    iocb.count -= n;
    return n;
  }
}
