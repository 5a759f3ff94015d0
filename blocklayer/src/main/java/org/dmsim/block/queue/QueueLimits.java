package org.dmsim.block.queue;

import static org.dmsim.block.Sectors.UINT_MAX;

import java.util.Arrays;
import org.dmsim.block.Sectors;

/**
 * {@code struct queue_limits}, 6.1: what a queue can take. A plain struct, copied by value where
 * the kernel does so. Unsigned ints of the kernel are longs here; {@link Sectors#UINT_MAX} is "no
 * limit".
 */
public final class QueueLimits {

  /** {@code BLK_MAX_SEGMENTS}. */
  public static final int BLK_MAX_SEGMENTS = 128;

  /** {@code BLK_MAX_SEGMENT_SIZE}, bytes. */
  public static final int BLK_MAX_SEGMENT_SIZE = 65536;

  /** {@code BLK_SAFE_MAX_SECTORS}: what a queue takes whose driver says nothing. */
  public static final int BLK_SAFE_MAX_SECTORS = 255;

  /** {@code BLK_DEF_MAX_SECTORS}: what the block layer sends at most unless told. */
  public static final int BLK_DEF_MAX_SECTORS = 2560;

  public int logicalBlockSize;
  public int physicalBlockSize;

  /** {@code io_min}, bytes. */
  public long ioMin;

  /** {@code io_opt}, bytes; 0 is none. */
  public long ioOpt;

  public long maxSectors;
  public long maxHwSectors;
  public long maxDevSectors;

  /** A bio never crosses a multiple of this; 0 is none. */
  public long chunkSectors;

  public int maxSegments;
  public int maxIntegritySegments;
  public int maxDiscardSegments;
  public long maxSegmentSize;
  public long segBoundaryMask;
  public long virtBoundaryMask;

  /** Bytes. */
  public long alignmentOffset;

  public boolean misaligned;
  public boolean discardMisaligned;
  public boolean raidPartialStripesExpensive;
  public long maxDiscardSectors;
  public long maxHwDiscardSectors;
  public long maxSecureEraseSectors;
  public long maxWriteZeroesSectors;
  public long maxZoneAppendSectors;

  /** Bytes. */
  public long discardGranularity;

  /** Bytes. */
  public long discardAlignment;

  /** Bytes. */
  public long zoneWriteGranularity;

  /** {@code enum blk_zoned_model}: 0 none, 1 host-aware, 2 host-managed. */
  public int zoned;

  /**
   * {@code FEAT_} bits: what the devices below have, any or all of them. A disk's own are its
   * queue's flags; here they count while limits are stacked.
   */
  public int features;

  /** A volatile write cache: {@code BLK_FEAT_WRITE_CACHE}. Any below has it. */
  public static final int FEAT_WRITE_CACHE = 1;

  /** Any below can write through it: {@code BLK_FEAT_FUA}. */
  public static final int FEAT_FUA = 1 << 1;

  /** Any below is a rotating disk: {@code BLK_FEAT_ROTATIONAL}. */
  public static final int FEAT_ROTATIONAL = 1 << 2;

  /** Any below needs stable writes: {@code BLK_FEAT_STABLE_WRITES}. */
  public static final int FEAT_STABLE_WRITES = 1 << 3;

  /** All below take NOWAIT: {@code BLK_FEAT_NOWAIT}. */
  public static final int FEAT_NOWAIT = 1 << 4;

  /** All below can be polled: {@code BLK_FEAT_POLL}. */
  public static final int FEAT_POLL = 1 << 5;

  private static final int OF_ANY =
      FEAT_WRITE_CACHE | FEAT_FUA | FEAT_ROTATIONAL | FEAT_STABLE_WRITES;

  private static final int OF_ALL = FEAT_NOWAIT | FEAT_POLL;

  /** A mask: memory and length of direct I/O are multiples of this plus one. */
  public int dmaAlignment;

  /** The limits of a queue whose driver says nothing: {@code blk_set_default_limits}. */
  public QueueLimits() {
    setDefaults();
  }

  /** A copy. */
  public QueueLimits(QueueLimits o) {
    set(o);
  }

  /** Limits that a stacking driver starts from: {@code blk_set_stacking_limits}. */
  public static QueueLimits stacking() {
    QueueLimits t = new QueueLimits();
    t.setStacking();
    return t;
  }

  /** Mirrors {@code blk_set_default_limits}, 6.1. */
  public void setDefaults() {
    logicalBlockSize = 512;
    physicalBlockSize = 512;
    ioMin = 512;
    ioOpt = 0;
    maxSectors = BLK_SAFE_MAX_SECTORS;
    maxHwSectors = BLK_SAFE_MAX_SECTORS;
    maxDevSectors = 0;
    chunkSectors = 0;
    maxSegments = BLK_MAX_SEGMENTS;
    maxIntegritySegments = 0;
    maxDiscardSegments = 1;
    maxSegmentSize = BLK_MAX_SEGMENT_SIZE;
    segBoundaryMask = 0xffff_ffffL;
    virtBoundaryMask = 0;
    alignmentOffset = 0;
    misaligned = false;
    discardMisaligned = false;
    raidPartialStripesExpensive = false;
    maxDiscardSectors = 0;
    maxHwDiscardSectors = 0;
    maxSecureEraseSectors = 0;
    maxWriteZeroesSectors = 0;
    maxZoneAppendSectors = 0;
    discardGranularity = 0;
    discardAlignment = 0;
    zoneWriteGranularity = 0;
    zoned = 0;
    dmaAlignment = 511;
    features = 0;
  }

  /** Mirrors {@code blk_set_stacking_limits}, 6.1. */
  public void setStacking() {
    setDefaults();
    maxSegments = 65535;
    maxDiscardSegments = 65535;
    maxHwSectors = UINT_MAX;
    maxSegmentSize = UINT_MAX;
    maxSectors = UINT_MAX;
    maxDevSectors = UINT_MAX;
    maxWriteZeroesSectors = UINT_MAX;
    maxZoneAppendSectors = UINT_MAX;
    features = OF_ALL;
  }

  /** Takes the features of one more device below into account; part of {@code blk_stack_limits}. */
  public void stackFeatures(int below) {
    features = (features | below & OF_ANY) & (below | ~OF_ALL);
  }

  /**
   * Completes what was set; mirrors {@code blk_validate_limits}, 6.12.117, of limits that make
   * sense.
   */
  public void validate() {
    physicalBlockSize = Math.max(physicalBlockSize, logicalBlockSize);
    ioMin = Math.max(ioMin, physicalBlockSize);
    ioOpt = Sectors.roundDown(ioOpt, physicalBlockSize);
    long blocks = logicalBlockSize >> Sectors.SHIFT;
    maxHwSectors =
        Sectors.roundDown(maxHwSectors == 0 ? BLK_SAFE_MAX_SECTORS : maxHwSectors, blocks);
    long hardware = Sectors.minNotZero(maxHwSectors, maxDevSectors);
    long cap = (long) BLK_DEF_MAX_SECTORS << Sectors.SHIFT;
    long most =
        ioOpt > cap
            ? ioOpt >> Sectors.SHIFT
            : ioMin > cap ? ioMin >> Sectors.SHIFT : BLK_DEF_MAX_SECTORS;
    maxSectors = Sectors.roundDown(Math.min(hardware, most), blocks);
    maxSegments = maxSegments == 0 ? BLK_MAX_SEGMENTS : maxSegments;
    maxDiscardSectors = maxHwDiscardSectors;
    discardGranularity =
        maxDiscardSectors == 0 ? 0 : Math.max(discardGranularity, physicalBlockSize);
    maxDiscardSegments = Math.max(maxDiscardSegments, 1);
    if (alignmentOffset != 0) {
      alignmentOffset &= physicalBlockSize - 1;
      misaligned = false;
    }
    if ((features & FEAT_WRITE_CACHE) == 0) {
      features &= ~FEAT_FUA;
    }
  }

  /** Takes over all of {@code o}. */
  public void set(QueueLimits o) {
    logicalBlockSize = o.logicalBlockSize;
    physicalBlockSize = o.physicalBlockSize;
    ioMin = o.ioMin;
    ioOpt = o.ioOpt;
    maxSectors = o.maxSectors;
    maxHwSectors = o.maxHwSectors;
    maxDevSectors = o.maxDevSectors;
    chunkSectors = o.chunkSectors;
    maxSegments = o.maxSegments;
    maxIntegritySegments = o.maxIntegritySegments;
    maxDiscardSegments = o.maxDiscardSegments;
    maxSegmentSize = o.maxSegmentSize;
    segBoundaryMask = o.segBoundaryMask;
    virtBoundaryMask = o.virtBoundaryMask;
    alignmentOffset = o.alignmentOffset;
    misaligned = o.misaligned;
    discardMisaligned = o.discardMisaligned;
    raidPartialStripesExpensive = o.raidPartialStripesExpensive;
    maxDiscardSectors = o.maxDiscardSectors;
    maxHwDiscardSectors = o.maxHwDiscardSectors;
    maxSecureEraseSectors = o.maxSecureEraseSectors;
    maxWriteZeroesSectors = o.maxWriteZeroesSectors;
    maxZoneAppendSectors = o.maxZoneAppendSectors;
    discardGranularity = o.discardGranularity;
    discardAlignment = o.discardAlignment;
    zoneWriteGranularity = o.zoneWriteGranularity;
    zoned = o.zoned;
    dmaAlignment = o.dmaAlignment;
    features = o.features;
  }

  /** Whether all limits and features are those of {@code o}. */
  public boolean sameAs(QueueLimits o) {
    return Arrays.equals(values(), o.values());
  }

  private long[] values() {
    return new long[] {
      logicalBlockSize,
      physicalBlockSize,
      ioMin,
      ioOpt,
      maxSectors,
      maxHwSectors,
      maxDevSectors,
      chunkSectors,
      maxSegments,
      maxIntegritySegments,
      maxDiscardSegments,
      maxSegmentSize,
      segBoundaryMask,
      virtBoundaryMask,
      alignmentOffset,
      misaligned ? 1 : 0,
      discardMisaligned ? 1 : 0,
      raidPartialStripesExpensive ? 1 : 0,
      maxDiscardSectors,
      maxHwDiscardSectors,
      maxSecureEraseSectors,
      maxWriteZeroesSectors,
      maxZoneAppendSectors,
      discardGranularity,
      discardAlignment,
      zoneWriteGranularity,
      zoned,
      dmaAlignment,
      features
    };
  }

  /** Mirrors {@code blk_queue_logical_block_size}, 6.1. Bytes. */
  public void setLogicalBlockSize(int size) {
    logicalBlockSize = size;
    physicalBlockSize = Math.max(physicalBlockSize, size);
    ioMin = Math.max(ioMin, physicalBlockSize);
    maxHwSectors = Sectors.roundDown(maxHwSectors, size >> Sectors.SHIFT);
    maxSectors = Sectors.roundDown(maxSectors, size >> Sectors.SHIFT);
  }

  /** Mirrors {@code blk_queue_physical_block_size}, 6.1. Bytes. */
  public void setPhysicalBlockSize(int size) {
    physicalBlockSize = Math.max(size, logicalBlockSize);
    ioMin = Math.max(ioMin, physicalBlockSize);
  }

  /** Mirrors {@code blk_queue_max_hw_sectors}, 6.1. */
  public void setMaxHwSectors(long sectors) {
    long blocks = logicalBlockSize >> Sectors.SHIFT;
    maxHwSectors = Sectors.roundDown(Math.max(sectors, Sectors.PER_PAGE), blocks);
    long soft = Sectors.minNotZero(maxHwSectors, maxDevSectors);
    maxSectors = Sectors.roundDown(Math.min(soft, BLK_DEF_MAX_SECTORS), blocks);
  }

  /** Mirrors {@code blk_queue_max_discard_sectors}, 6.1. */
  public void setMaxDiscardSectors(long sectors) {
    maxHwDiscardSectors = sectors;
    maxDiscardSectors = sectors;
  }

  /** Mirrors {@code blk_limits_io_min}, 6.1. Bytes. */
  public void setIoMin(long bytes) {
    ioMin = Math.max(Math.max(bytes, logicalBlockSize), physicalBlockSize);
  }

  /** Mirrors {@code queue_limit_alignment_offset}, 6.1: bytes to the next aligned block. */
  public long alignmentOffsetAt(long sector) {
    long granularity = Math.max(physicalBlockSize, ioMin);
    long into = Long.remainderUnsigned(sector, granularity >> Sectors.SHIFT) << Sectors.SHIFT;
    return (granularity + alignmentOffset - into) % granularity;
  }

  /** Mirrors {@code queue_limit_discard_alignment}, 6.1. Bytes. */
  public long discardAlignmentAt(long sector) {
    long granularity = discardGranularity >> Sectors.SHIFT;
    if (maxDiscardSectors == 0 || granularity == 0) {
      return 0;
    }
    long into = Long.remainderUnsigned(sector, granularity);
    return (granularity + (discardAlignment >> Sectors.SHIFT) - into) % granularity
        << Sectors.SHIFT;
  }

  /**
   * Takes the limits of one more device below into account; mirrors {@code blk_stack_limits}, 6.1.
   *
   * @param b limits of the device below
   * @param start first sector of it that is used
   * @return 0, or -1 if the two cannot be aligned; {@link #misaligned} is set then
   */
  public int stack(QueueLimits b, long start) {
    return LimitStacking.stack(this, b, start);
  }
}
