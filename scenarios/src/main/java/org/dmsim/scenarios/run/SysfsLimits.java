package org.dmsim.scenarios.run;

import org.dmsim.block.BlockDevice;
import org.dmsim.block.QueueLimits;
import org.dmsim.block.RequestQueue;
import org.dmsim.block.Sectors;

/** The queue limits of a device in the words of {@code /sys/block/DEV/queue}, 6.1. */
final class SysfsLimits {

  private static final String NAMES =
      "logical_block_size physical_block_size minimum_io_size optimal_io_size max_sectors_kb"
          + " max_hw_sectors_kb max_segments max_segment_size chunk_sectors discard_granularity"
          + " discard_max_bytes write_zeroes_max_bytes write_cache fua rotational stable_writes"
          + " dma_alignment";

  private SysfsLimits() {}

  static String of(BlockDevice bdev) {
    RequestQueue q = bdev.queue();
    QueueLimits l = q.limits();
    Object[] values = {
      l.logicalBlockSize,
      l.physicalBlockSize,
      l.ioMin,
      l.ioOpt,
      l.maxSectors >> 1,
      l.maxHwSectors >> 1,
      l.maxSegments,
      l.maxSegmentSize,
      l.chunkSectors,
      l.discardGranularity,
      l.maxDiscardSectors << Sectors.SHIFT,
      l.maxWriteZeroesSectors << Sectors.SHIFT,
      q.has(RequestQueue.QUEUE_FLAG_WC) ? "write back" : "write through",
      bit(q.has(RequestQueue.QUEUE_FLAG_FUA)),
      bit(!q.has(RequestQueue.QUEUE_FLAG_NONROT)),
      bit(q.has(RequestQueue.QUEUE_FLAG_STABLE_WRITES)),
      l.dmaAlignment
    };
    String[] names = NAMES.split(" ");
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      s.append(names[i]).append('=').append(values[i]).append(' ');
    }
    return s.append("size=").append(bdev.sectors()).toString();
  }

  /** What there is to see of a device that sysfs does not show. */
  static String absent() {
    return NAMES.replace(" ", "=- ") + "=- size=";
  }

  private static int bit(boolean on) {
    return on ? 1 : 0;
  }
}
