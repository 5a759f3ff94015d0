package org.dmsim.block.core;

import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioDriver;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.bio.Plug;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.context.MightSleep;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/** Discard, write zeroes, secure erase and flush: {@code block/blk-lib.c}, 6.1. */
public final class BlkLib {

  private static final SourcePlace COND_RESCHED = SourcePlace.of("block/blk-lib.c");

  private BlkLib() {}

  /** Freed blocks stay allocated: {@code BLKDEV_ZERO_NOUNMAP}. */
  public static final int ZERO_NOUNMAP = 1 << 0;

  /** No zero pages are written: {@code BLKDEV_ZERO_NOFALLBACK}. */
  public static final int ZERO_NOFALLBACK = 1 << 1;

  /**
   * The next bio of a chain; mirrors {@code blk_next_bio}, 6.1: the one before is submitted, and
   * the new one ends when both have.
   */
  @KernelSymbol("blk_next_bio")
  private static Bio nextBio(Bio bio, BlockDevice bdev, int opf, int gfp) {
    Bio next = BlockLayer.of(bdev).general().alloc(bdev, opf, gfp);
    if (bio != null) {
      bio.chainTo(next);
      BlkCore.submitBio(bio);
    }
    return next;
  }

  /** Submits the last bio of a chain and waits for all. */
  private static int finish(Bio bio) {
    int error = BlkCore.submitBioWait(bio);
    bio.put();
    return error;
  }

  private static boolean isUnaligned(BlockDevice bdev, long sector, long count) {
    long mask = (bdev.queue().limits().logicalBlockSize >> Sectors.SHIFT) - 1;
    return ((sector | count) & mask) != 0;
  }

  /**
   * Mirrors {@code blkdev_issue_discard}, 6.1.
   *
   * @return 0 or a negative errno; that the device below does not know discard is no error
   */
  @KernelSymbol("blkdev_issue_discard")
  public static int issueDiscard(BlockDevice bdev, long sector, long count, int gfp) {
    int r = checkDiscard(bdev, sector, count);
    return r != 0 ? r : issueCheckedDiscard(bdev, sector, count, gfp);
  }

  private static int checkDiscard(BlockDevice bdev, long sector, long count) {
    QueueLimits limits = bdev.queue().limits();
    if (bdev.isReadOnly()) {
      return -Errno.EPERM;
    }
    if (limits.maxDiscardSectors == 0 || limits.discardGranularity == 0) {
      return -Errno.EOPNOTSUPP;
    }
    return isUnaligned(bdev, sector, count) || count == 0 ? -Errno.EINVAL : 0;
  }

  /** As {@link #issueDiscard}, of a range that was checked before; {@code blk_ioctl_discard}. */
  public static int issueCheckedDiscard(BlockDevice bdev, long sector, long count, int gfp) {
    boolean plugged = Plug.start();
    int error = finish(chainDiscards(null, bdev, sector, count, gfp));
    Plug.finish(plugged);
    return error == -Errno.EOPNOTSUPP ? 0 : error;
  }

  /**
   * Mirrors {@code __blkdev_issue_discard}, 6.1: all but the last bio are submitted.
   *
   * @param chain its first element is the last bio so far, or null, and then the one after it
   * @return 0 or a negative errno
   */
  @KernelSymbol("__blkdev_issue_discard")
  public static int queueDiscard(BlockDevice bdev, long sector, long count, int gfp, Bio[] chain) {
    int r = checkDiscard(bdev, sector, count);
    if (r == 0) {
      chain[0] = chainDiscards(chain[0], bdev, sector, count, gfp);
    }
    return r;
  }

  private static Bio chainDiscards(Bio first, BlockDevice bdev, long sector, long count, int gfp) {
    Bio bio = first;
    for (long at = sector, left = count; left != 0; ) {
      long n = Math.min(left, discardLimit(bdev, at));
      bio = nextBio(bio, bdev, Opf.REQ_OP_DISCARD, gfp);
      bio.setSector(at);
      bio.setSize(n << Sectors.SHIFT);
      at += n;
      left -= n;
      MightSleep.condResched(COND_RESCHED);
    }
    return bio;
  }

  /** Mirrors {@code bio_discard_limit}, 6.1: as far as the next bio starts aligned. */
  private static long discardLimit(BlockDevice bdev, long sector) {
    long granularity = bdev.queue().limits().discardGranularity;
    long onDisk = sector + bdev.startSector();
    // A granularity below a sector makes the kernel's mask that of all 32 bits.
    long mask = (granularity >> Sectors.SHIFT) - 1 & Sectors.UINT_MAX;
    long aligned = (onDisk - 1 | mask) + 1;
    return aligned != onDisk
        ? aligned - onDisk
        : Sectors.roundDown(Sectors.UINT_MAX, granularity) >> Sectors.SHIFT;
  }

  /**
   * Mirrors {@code blkdev_issue_zeroout}, 6.1: with the device's write zeroes where it has it, else
   * by writing zero pages.
   *
   * @param flags of {@code ZERO_}
   * @return 0 or a negative errno
   */
  @KernelSymbol("blkdev_issue_zeroout")
  public static int issueZeroout(BlockDevice bdev, long sector, long count, int gfp, int flags) {
    if (isUnaligned(bdev, sector, count)) {
      return -Errno.EINVAL;
    }
    boolean plugged = Plug.start();
    int error = zeroout(bdev, sector, count, gfp, flags);
    Plug.finish(plugged);
    return error;
  }

  private static int zeroout(BlockDevice bdev, long sector, long count, int gfp, int flags) {
    boolean fallback = (flags & ZERO_NOFALLBACK) == 0;
    if (bdev.queue().limits().maxWriteZeroesSectors != 0) {
      int error = writeZeroes(bdev, sector, count, gfp, flags);
      if (error == 0 || !fallback) {
        return error != 0 && bdev.queue().limits().maxWriteZeroesSectors == 0
            ? -Errno.EOPNOTSUPP
            : error;
      }
    }
    return fallback ? writeZeroPages(bdev, sector, count, gfp) : -Errno.EOPNOTSUPP;
  }

  @KernelSymbol("__blkdev_issue_write_zeroes")
  private static int writeZeroes(BlockDevice bdev, long sector, long count, int gfp, int flags) {
    if (bdev.isReadOnly()) {
      return -Errno.EPERM;
    }
    long max = bdev.queue().limits().maxWriteZeroesSectors;
    if (max == 0) {
      return -Errno.EOPNOTSUPP;
    }
    int opf = Opf.REQ_OP_WRITE_ZEROES | ((flags & ZERO_NOUNMAP) != 0 ? Opf.REQ_NOUNMAP : 0);
    Bio bio = null;
    for (long at = sector, left = count; left != 0; ) {
      long n = Math.min(left, max);
      bio = nextBio(bio, bdev, opf, gfp);
      bio.setSector(at);
      bio.setSize(n << Sectors.SHIFT & Sectors.UINT_MAX);
      at += n;
      left -= n;
      MightSleep.condResched(COND_RESCHED);
    }
    return bio == null ? 0 : finish(bio);
  }

  @KernelSymbol("__blkdev_issue_zero_pages")
  private static int writeZeroPages(BlockDevice bdev, long sector, long count, int gfp) {
    if (bdev.isReadOnly()) {
      return -Errno.EPERM;
    }
    byte[] zeroPages = BlockLayer.of(bdev).zeroPages();
    Bio bio = null;
    for (long at = sector, left = count; left != 0; ) {
      long n = Math.min(left, zeroPages.length >> Sectors.SHIFT);
      bio = nextBio(bio, bdev, Opf.REQ_OP_WRITE, gfp);
      bio.setSector(at);
      bio.setData(zeroPages, 0, (int) (n << Sectors.SHIFT));
      at += n;
      left -= n;
      MightSleep.condResched(COND_RESCHED);
    }
    return bio == null ? 0 : finish(bio);
  }

  /**
   * Mirrors {@code blkdev_issue_secure_erase}, 6.1.
   *
   * @return 0 or a negative errno
   */
  @KernelSymbol("blkdev_issue_secure_erase")
  public static int issueSecureErase(BlockDevice bdev, long sector, long count, int gfp) {
    QueueLimits limits = bdev.queue().limits();
    long max =
        Sectors.roundDown(
            Math.min(limits.maxSecureEraseSectors, Sectors.UINT_MAX >> Sectors.SHIFT),
            limits.logicalBlockSize >> Sectors.SHIFT);
    if (max == 0) {
      return -Errno.EOPNOTSUPP;
    }
    if (isUnaligned(bdev, sector, count)) {
      return -Errno.EINVAL;
    }
    if (bdev.isReadOnly()) {
      return -Errno.EPERM;
    }
    boolean plugged = Plug.start();
    Bio bio = null;
    long at = sector;
    long left = count;
    do {
      long n = Math.min(left, max);
      bio = nextBio(bio, bdev, Opf.REQ_OP_SECURE_ERASE, gfp);
      bio.setSector(at);
      bio.setSize(n << Sectors.SHIFT);
      at += n;
      left -= n;
      if (left != 0) {
        MightSleep.condResched(COND_RESCHED);
      }
    } while (left != 0);
    int error = finish(bio);
    Plug.finish(plugged);
    return error;
  }

  /**
   * Mirrors {@code blkdev_issue_flush}, 6.1: what the device has acknowledged is on its medium when
   * this returns.
   *
   * @return 0 or a negative errno
   */
  @KernelSymbol("blkdev_issue_flush")
  public static int issueFlush(BlockDevice bdev) {
    if (!((BioDriver) bdev.disk().operations()).hasFunction()) {
      return -Errno.ENXIO;
    }
    Bio bio = Bio.onStack(bdev, Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH);
    int error = BlkCore.submitBioWait(bio);
    bio.freeOwned();
    return error;
  }
}
