package org.dmsim.block.queue;

import static org.dmsim.block.Sectors.minNotZero;

import org.dmsim.block.Sectors;
import org.dmsim.report.KernelSymbol;

/** How the limits of a stacked device follow from those below it. */
final class LimitStacking {

  private LimitStacking() {}

  /** Mirrors {@code blk_stack_limits}, 6.1. */
  @KernelSymbol("blk_stack_limits")
  static int stack(QueueLimits t, QueueLimits b, long start) {
    sizes(t, b);
    boolean aligned = blocks(t, b, start);
    discard(t, b, start);
    t.maxSecureEraseSectors = minNotZero(t.maxSecureEraseSectors, b.maxSecureEraseSectors);
    t.zoneWriteGranularity = Math.max(t.zoneWriteGranularity, b.zoneWriteGranularity);
    t.zoned = Math.max(t.zoned, b.zoned);
    if (t.zoned == 0) {
      t.zoneWriteGranularity = 0;
      t.maxZoneAppendSectors = 0;
    }
    return aligned ? 0 : -1;
  }

  private static void sizes(QueueLimits t, QueueLimits b) {
    t.maxSectors = minNotZero(t.maxSectors, b.maxSectors);
    t.maxHwSectors = minNotZero(t.maxHwSectors, b.maxHwSectors);
    t.maxDevSectors = minNotZero(t.maxDevSectors, b.maxDevSectors);
    t.maxWriteZeroesSectors = Math.min(t.maxWriteZeroesSectors, b.maxWriteZeroesSectors);
    t.maxZoneAppendSectors = Math.min(t.maxZoneAppendSectors, b.maxZoneAppendSectors);
    t.segBoundaryMask = minNotZero(t.segBoundaryMask, b.segBoundaryMask);
    t.virtBoundaryMask = minNotZero(t.virtBoundaryMask, b.virtBoundaryMask);
    t.maxSegments = (int) minNotZero(t.maxSegments, b.maxSegments);
    t.maxDiscardSegments = (int) minNotZero(t.maxDiscardSegments, b.maxDiscardSegments);
    t.maxIntegritySegments = (int) minNotZero(t.maxIntegritySegments, b.maxIntegritySegments);
    t.maxSegmentSize = minNotZero(t.maxSegmentSize, b.maxSegmentSize);
  }

  /** Block sizes and alignment; false where no common alignment exists. */
  private static boolean blocks(QueueLimits t, QueueLimits b, long start) {
    t.misaligned |= b.misaligned;
    boolean aligned = true;
    long alignment = b.alignmentOffsetAt(start);
    if (t.alignmentOffset != alignment) {
      long top = Math.max(t.physicalBlockSize, t.ioMin) + t.alignmentOffset;
      long bottom = Math.max(b.physicalBlockSize, b.ioMin) + alignment;
      aligned = linesUp(top, bottom);
    }
    t.logicalBlockSize = Math.max(t.logicalBlockSize, b.logicalBlockSize);
    t.physicalBlockSize = Math.max(t.physicalBlockSize, b.physicalBlockSize);
    t.ioMin = Math.max(t.ioMin, b.ioMin);
    t.ioOpt = lcmNotZero(t.ioOpt, b.ioOpt) & Sectors.UINT_MAX;
    t.dmaAlignment = Math.max(t.dmaAlignment, b.dmaAlignment);
    if (b.chunkSectors != 0) {
      t.chunkSectors = gcd(t.chunkSectors, b.chunkSectors);
    }
    if ((t.physicalBlockSize & (t.logicalBlockSize - 1)) != 0) {
      t.physicalBlockSize = t.logicalBlockSize;
      aligned = false;
    }
    if ((t.ioMin & (t.physicalBlockSize - 1)) != 0) {
      t.ioMin = t.physicalBlockSize;
      aligned = false;
    }
    if ((t.ioOpt & (t.physicalBlockSize - 1)) != 0) {
      t.ioOpt = 0;
      aligned = false;
    }
    if (t.chunkSectors % (t.physicalBlockSize >> Sectors.SHIFT) != 0) {
      t.chunkSectors = 0;
      aligned = false;
    }
    t.raidPartialStripesExpensive |= b.raidPartialStripesExpensive;
    t.alignmentOffset =
        lcmNotZero(t.alignmentOffset, alignment) % Math.max(t.physicalBlockSize, t.ioMin);
    if ((t.alignmentOffset & (t.logicalBlockSize - 1)) != 0) {
      aligned = false;
    }
    t.misaligned |= !aligned;
    t.maxSectors = roundDown(t.maxSectors, t.logicalBlockSize);
    t.maxHwSectors = roundDown(t.maxHwSectors, t.logicalBlockSize);
    t.maxDevSectors = roundDown(t.maxDevSectors, t.logicalBlockSize);
    return aligned;
  }

  private static void discard(QueueLimits t, QueueLimits b, long start) {
    if (b.discardGranularity == 0) {
      return;
    }
    long alignment = b.discardAlignmentAt(start);
    if (t.discardGranularity != 0
        && t.discardAlignment != alignment
        && !linesUp(t.discardGranularity + t.discardAlignment, b.discardGranularity + alignment)) {
      t.discardMisaligned = true;
    }
    t.maxDiscardSectors = minNotZero(t.maxDiscardSectors, b.maxDiscardSectors);
    t.maxHwDiscardSectors = minNotZero(t.maxHwDiscardSectors, b.maxHwDiscardSectors);
    t.discardGranularity = Math.max(t.discardGranularity, b.discardGranularity);
    t.discardAlignment = lcmNotZero(t.discardAlignment, alignment) % t.discardGranularity;
  }

  private static boolean linesUp(long a, long b) {
    return Math.max(a, b) % Math.min(a, b) == 0;
  }

  private static long roundDown(long sectors, int blockSize) {
    return Math.max(
        Sectors.roundDown(sectors, blockSize >> Sectors.SHIFT), (long) Sectors.PER_PAGE);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static long lcmNotZero(long a, long b) {
    return a == 0 || b == 0 ? Math.max(a, b) : a / gcd(a, b) * b;
  }
}
