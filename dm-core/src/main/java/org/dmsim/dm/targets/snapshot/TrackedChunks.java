package org.dmsim.dm.targets.snapshot;

import java.util.HashMap;
import org.dmsim.context.Sleep;
import org.dmsim.locking.SpinLock;

/**
 * The chunks that clones on their way read from, or write to, where they lie now: nobody may move
 * them meanwhile.
 */
final class TrackedChunks {

  /** What is kept with a clone: {@code struct dm_snap_tracked_chunk}. */
  static final class Mark {
    private long chunk;
    private boolean tracked;

    /** A clone comes in fresh. */
    void clear() {
      tracked = false;
    }
  }

  private final SpinLock lock = new SpinLock("&s->tracked_chunk_lock");
  private final HashMap<Long, Integer> counts = new HashMap<>();

  void track(Mark mark, long chunk) {
    mark.chunk = chunk;
    lock.lockIrq();
    mark.tracked = true;
    counts.merge(chunk, 1, Integer::sum);
    lock.unlockIrq();
  }

  /** The clone ended; does nothing where it was not tracked. */
  void stop(Mark mark) {
    if (!mark.tracked) {
      return;
    }
    boolean flags = lock.lockIrqsave();
    mark.tracked = false;
    counts.computeIfPresent(mark.chunk, (c, n) -> n == 1 ? null : n - 1);
    lock.unlockIrqrestore(flags);
  }

  boolean isTracked(long chunk) {
    lock.lockIrq();
    boolean found = counts.containsKey(chunk);
    lock.unlockIrq();
    return found;
  }

  /** Mirrors {@code __check_for_conflicting_io}. */
  void drain(long chunk) {
    while (isTracked(chunk)) {
      Sleep.msleep(1);
    }
  }
}
