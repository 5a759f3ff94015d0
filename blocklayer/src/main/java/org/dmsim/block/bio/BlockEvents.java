package org.dmsim.block.bio;

import java.util.Arrays;
import java.util.function.Consumer;
import org.dmsim.block.Sectors;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.machine.Task;

/** The block events of one machine: who listens is told of each, in order. */
public final class BlockEvents {

  private static final Consumer<?>[] NOBODY = {};

  private volatile Consumer<?>[] listeners = NOBODY;

  BlockEvents() {}

  /** Lets {@code listener} hear every event from now on. */
  public synchronized void listen(Consumer<BlockEvent> listener) {
    listeners = Arrays.copyOf(listeners, listeners.length + 1);
    listeners[listeners.length - 1] = listener;
  }

  /** Lets {@code listener} hear nothing any more. */
  public synchronized void ignore(Consumer<BlockEvent> listener) {
    listeners =
        Arrays.stream(listeners).filter(l -> l != listener).toArray(n -> new Consumer<?>[n]);
  }

  /** Whether anybody listens. */
  boolean on() {
    return listeners != NOBODY;
  }

  /** {@code trace_block_bio_queue}. */
  public void queue(Bio bio) {
    if (on()) {
      tell(BlockEvent.Kind.QUEUE, bio, 0, 0, 0);
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
      tell(BlockEvent.Kind.REMAP, bio, oldSector, from.major(), from.minor());
    }
  }

  /**
   * {@code trace_block_split}: the front of a bio is on its way as {@code bio}.
   *
   * @param newSector where the rest starts
   */
  public void split(Bio bio, long newSector) {
    if (on()) {
      tell(BlockEvent.Kind.SPLIT, bio, newSector & Sectors.UINT_MAX, 0, 0);
    }
  }

  /** {@code trace_block_bio_complete}. */
  public void complete(Bio bio) {
    if (on()) {
      tell(BlockEvent.Kind.COMPLETE, bio, bio.status().toErrno(), 0, 0);
    }
  }

  private void tell(BlockEvent.Kind kind, Bio bio, long other, int fromMajor, int fromMinor) {
    Task t = Task.current();
    Gendisk disk = bio.bdev().disk();
    BlockEvent e =
        new BlockEvent(
            kind,
            t == null ? 0 : t.machine().now(),
            t == null || t.cpu() == null ? 0 : t.cpu().number(),
            t == null ? 0 : t.pid(),
            t == null ? Thread.currentThread().getName() : t.comm(),
            bio.issuer(),
            disk.major(),
            disk.firstMinor(),
            bio.opf(),
            bio.sector(),
            bio.sectors(),
            other,
            fromMajor,
            fromMinor);
    for (Consumer<?> l : listeners) {
      @SuppressWarnings("unchecked")
      Consumer<BlockEvent> listener = (Consumer<BlockEvent>) l;
      listener.accept(e);
    }
  }
}
