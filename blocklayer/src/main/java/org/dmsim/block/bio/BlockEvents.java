package org.dmsim.block.bio;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Sectors;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.machine.Task;
import org.dmsim.trace.Events;

/** Tells the block events of one machine, or on real threads of one block layer. */
public final class BlockEvents {

  private final Events events;
  private final AtomicInteger ways = new AtomicInteger();

  BlockEvents(Events events) {
    this.events = events;
  }

  /** Lets {@code listener} hear every block event from now on. */
  public void listen(Consumer<BlockEvent> listener) {
    events.hear(BlockEvent.class, listener);
  }

  private boolean on() {
    return events.areHeard(BlockEvent.class);
  }

  /** {@code trace_block_bio_queue}. */
  public void queue(Bio bio) {
    if (on()) {
      tell(BlockEvent.Action.QUEUE, bio, 0, 0, 0);
    }
  }

  /**
   * {@code trace_block_bio_remap}: a bio has been sent on to another device.
   *
   * @param from device that it came from
   * @param oldSector where it started there
   */
  public void remap(Bio bio, BlockDevice from, long oldSector) {
    if (on()) {
      tell(BlockEvent.Action.REMAP, bio, oldSector, from.major(), from.minor());
    }
  }

  /**
   * {@code trace_block_split}: the front of a bio is on its way as {@code bio}.
   *
   * @param newSector where the rest starts
   */
  public void split(Bio bio, long newSector) {
    if (on()) {
      tell(BlockEvent.Action.SPLIT, bio, newSector & Sectors.UINT_MAX, 0, 0);
    }
  }

  /** {@code trace_block_bio_complete}. */
  public void complete(Bio bio) {
    if (on()) {
      tell(BlockEvent.Action.COMPLETE, bio, bio.status().toErrno(), 0, 0);
    }
  }

  /** {@code trace_block_bio_backmerge} and {@code trace_block_bio_frontmerge}. */
  public void merge(Bio bio) {
    if (on()) {
      tell(BlockEvent.Action.MERGE, bio, 0, 0, 0);
    }
  }

  /**
   * {@code trace_block_rq_complete}: a request has ended, with all bios that were merged into it.
   *
   * @param issuer for whom it is: see {@link BlockEvent#issuer}
   * @param sector unsigned; -1 for a flush of the disk
   */
  public void requestComplete(
      Gendisk disk, int issuer, int opf, long sector, long sectors, BlkStatus status) {
    if (on()) {
      tell(
          BlockEvent.Action.COMPLETE,
          disk,
          issuer,
          opf,
          sector,
          sectors,
          status.toErrno(),
          0,
          0,
          0);
    }
  }

  private void tell(BlockEvent.Action action, Bio bio, long other, int fromMajor, int fromMinor) {
    if (bio.way() == 0) {
      bio.setWay(ways.incrementAndGet());
    }
    tell(
        action,
        bio.bdev().disk(),
        bio.issuer(),
        bio.opf(),
        bio.sector(),
        bio.sectors(),
        other,
        fromMajor,
        fromMinor,
        bio.way());
  }

  private void tell(
      BlockEvent.Action action,
      Gendisk disk,
      int issuer,
      int opf,
      long sector,
      long sectors,
      long other,
      int fromMajor,
      int fromMinor,
      int way) {
    Task t = Task.current();
    BlockEvent e =
        new BlockEvent(
            action,
            t == null ? 0 : t.machine().now(),
            t == null || t.cpu() == null ? 0 : t.cpu().number(),
            t == null ? 0 : t.pid(),
            t == null ? Thread.currentThread().getName() : t.comm(),
            issuer,
            disk.major(),
            disk.firstMinor(),
            opf,
            sector,
            sectors,
            other,
            fromMajor,
            fromMinor,
            way);
    events.tell(e);
  }
}
