package org.dmsim.scenarios.run;

import org.dmsim.block.BlockDevice;
import org.dmsim.block.QueueLimits;
import org.dmsim.block.RequestQueue;
import org.dmsim.block.Sectors;

/** The queue limits of a device in the words of {@code /sys/block/DEV/queue}, 6.1. */
final class SysfsLimits {

  private SysfsLimits() {}

  static String of(BlockDevice bdev) {
    RequestQueue q = bdev.queue();
    QueueLimits l = q.limits();
    StringBuilder s = new StringBuilder();
    put(s, "logical_block_size", l.logicalBlockSize);
    put(s, "physical_block_size", l.physicalBlockSize);
    put(s, "minimum_io_size", l.ioMin);
    put(s, "optimal_io_size", l.ioOpt);
    put(s, "max_sectors_kb", l.maxSectors >> 1);
    put(s, "max_hw_sectors_kb", l.maxHwSectors >> 1);
    put(s, "max_segments", l.maxSegments);
    put(s, "max_segment_size", l.maxSegmentSize);
    put(s, "chunk_sectors", l.chunkSectors);
    put(s, "discard_granularity", l.discardGranularity);
    put(s, "discard_max_bytes", l.maxDiscardSectors << Sectors.SHIFT);
    put(s, "write_zeroes_max_bytes", l.maxWriteZeroesSectors << Sectors.SHIFT);
    s.append("write_cache=")
        .append(q.has(RequestQueue.QUEUE_FLAG_WC) ? "write back " : "write through ");
    put(s, "fua", q.has(RequestQueue.QUEUE_FLAG_FUA) ? 1 : 0);
    put(s, "rotational", q.has(RequestQueue.QUEUE_FLAG_NONROT) ? 0 : 1);
    put(s, "stable_writes", q.has(RequestQueue.QUEUE_FLAG_STABLE_WRITES) ? 1 : 0);
    put(s, "dma_alignment", l.dmaAlignment);
    return s.append("size=").append(bdev.sectors()).toString();
  }

  private static void put(StringBuilder s, String name, long value) {
    s.append(name).append('=').append(value).append(' ');
  }
}
