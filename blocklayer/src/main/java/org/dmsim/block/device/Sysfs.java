package org.dmsim.block.device;

import org.dmsim.block.Sectors;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.block.queue.RequestQueue;

/** What {@code /sys/block/DISK/queue} shows. */
public final class Sysfs {

  private Sysfs() {}

  /**
   * The limits of a disk in one line, each as {@code name=value} with the name of its file, and the
   * disk's size in sectors at the end. A disk that is not there has {@code -} for each.
   *
   * @param disk the disk; may be null
   */
  public static String limits(Gendisk disk) {
    if (disk == null || !disk.isAdded()) {
      return "logical_block_size=- physical_block_size=- minimum_io_size=- optimal_io_size=-"
          + " max_sectors_kb=- max_hw_sectors_kb=- max_segments=- max_segment_size=-"
          + " chunk_sectors=- discard_granularity=- discard_max_bytes=- write_zeroes_max_bytes=-"
          + " write_cache=- fua=- rotational=- stable_writes=- dma_alignment=- size=";
    }
    RequestQueue q = disk.queue();
    QueueLimits l = q.limits();
    return "logical_block_size="
        + l.logicalBlockSize
        + " physical_block_size="
        + l.physicalBlockSize
        + " minimum_io_size="
        + l.ioMin
        + " optimal_io_size="
        + l.ioOpt
        + " max_sectors_kb="
        + (l.maxSectors >> 1)
        + " max_hw_sectors_kb="
        + (l.maxHwSectors >> 1)
        + " max_segments="
        + l.maxSegments
        + " max_segment_size="
        + l.maxSegmentSize
        + " chunk_sectors="
        + l.chunkSectors
        + " discard_granularity="
        + l.discardGranularity
        + " discard_max_bytes="
        + (l.maxDiscardSectors << Sectors.SHIFT)
        + " write_zeroes_max_bytes="
        + (l.maxWriteZeroesSectors << Sectors.SHIFT)
        + " write_cache="
        + (q.has(RequestQueue.QUEUE_FLAG_WC) ? "write back" : "write through")
        + " fua="
        + bit(q.has(RequestQueue.QUEUE_FLAG_FUA))
        + " rotational="
        + bit(!q.has(RequestQueue.QUEUE_FLAG_NONROT))
        + " stable_writes="
        + bit(q.has(RequestQueue.QUEUE_FLAG_STABLE_WRITES))
        + " dma_alignment="
        + l.dmaAlignment
        + " size="
        + disk.capacity();
  }

  private static int bit(boolean on) {
    return on ? 1 : 0;
  }
}
