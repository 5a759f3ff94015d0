package org.dmsim.block.core;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.memory.Gfp;
import org.dmsim.report.KernelSymbol;

/** Cutting a bio so that a queue can take it: {@code block/blk-merge.c}, 6.1. */
public final class BioSplit {

  private BioSplit() {}

  /**
   * Mirrors {@code bio_split_to_limits}, 6.1: takes off the front what the queue can take at once,
   * and submits the rest.
   *
   * @return what to go on with: the bio itself, or its front; null where it could not be cut
   *     because it is REQ_NOWAIT, and has ended with -EAGAIN
   */
  public static Bio toLimits(Bio bio) {
    QueueLimits limits = bio.bdev().queue().limits();
    return mayExceed(bio, limits) ? split(bio, limits) : bio;
  }

  /**
   * Mirrors {@code bio_may_exceed_limits}, 6.1. A bio's data counts as pages none of which lie side
   * by side.
   */
  private static boolean mayExceed(Bio bio, QueueLimits limits) {
    return switch (bio.op()) {
      case Opf.REQ_OP_DISCARD, Opf.REQ_OP_SECURE_ERASE, Opf.REQ_OP_WRITE_ZEROES -> true;
      default -> limits.chunkSectors != 0 || pages(bio) != 1;
    };
  }

  private static long pages(Bio bio) {
    if (!bio.hasData()) {
      return 0;
    }
    long into = bio.dataOffset() & (Sectors.PAGE_SIZE - 1);
    return (into + bio.size() + Sectors.PAGE_SIZE - 1) >> Sectors.PAGE_SHIFT;
  }

  @KernelSymbol("__bio_split_to_limits")
  private static Bio split(Bio bio, QueueLimits limits) {
    long sectors =
        switch (bio.op()) {
          case Opf.REQ_OP_DISCARD, Opf.REQ_OP_SECURE_ERASE -> discardSectors(bio, limits);
          case Opf.REQ_OP_WRITE_ZEROES -> limits.maxWriteZeroesSectors;
          default -> dataSectors(bio, limits);
        };
    if (sectors == 0 || sectors >= bio.sectors()) {
      return bio;
    }
    boolean data =
        bio.op() != Opf.REQ_OP_DISCARD
            && bio.op() != Opf.REQ_OP_SECURE_ERASE
            && bio.op() != Opf.REQ_OP_WRITE_ZEROES;
    if (data) {
      if (bio.hasOpf(Opf.REQ_NOWAIT)) {
        bio.endio(BlkStatus.AGAIN);
        return null;
      }
      bio.clearOpf(Opf.REQ_POLLED);
    }
    Bio front = BlockLayer.splitsOf(bio.bdev().disk()).split(bio, sectors, Gfp.NOIO);
    front.addOpf(Opf.REQ_NOMERGE);
    front.chainTo(bio);
    BlockLayer.of(bio.bdev()).events().split(front, bio.sector());
    BlkCore.submitBioNoacct(bio);
    return front;
  }

  /** How much of a discard goes first, so that the next one starts aligned; 0 is no cut. */
  private static long discardSectors(Bio bio, QueueLimits limits) {
    long granularity = Math.max(limits.discardGranularity >> Sectors.SHIFT, 1);
    long allowed = Sectors.roundDown(Sectors.UINT_MAX, limits.logicalBlockSize) >> Sectors.SHIFT;
    long max = Math.min(limits.maxDiscardSectors, allowed);
    max -= max % granularity;
    if (max == 0 || bio.sectors() <= max) {
      return 0;
    }
    long shift = (limits.discardAlignment >> Sectors.SHIFT) % granularity;
    long beyond = Long.remainderUnsigned(bio.sector() + max - shift, granularity);
    return max > beyond ? max - beyond : max;
  }

  /** How much of a read or write goes first: {@code bio_split_rw} with {@code get_max_io_size}. */
  private static long dataSectors(Bio bio, QueueLimits limits) {
    long physical = limits.physicalBlockSize >> Sectors.SHIFT;
    long logical = limits.logicalBlockSize >> Sectors.SHIFT;
    long max = limits.maxSectors;
    if (limits.chunkSectors != 0) {
      long left = limits.chunkSectors - Long.remainderUnsigned(bio.sector(), limits.chunkSectors);
      max = Math.min(max, left);
    }
    long start = bio.sector() & (physical - 1);
    long end = (start + max) & -physical;
    max = end > start ? end - start : max & -logical;
    long into = bio.dataOffset() & (Sectors.PAGE_SIZE - 1);
    long segments = ((long) limits.maxSegments << Sectors.PAGE_SHIFT) - into >> Sectors.SHIFT;
    return Math.min(max, segments & -logical);
  }
}
