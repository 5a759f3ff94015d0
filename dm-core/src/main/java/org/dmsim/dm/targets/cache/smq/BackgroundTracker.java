package org.dmsim.dm.targets.cache.smq;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Memory;

/**
 * What is to be moved, and what is being moved: {@code struct background_tracker}, 6.1. What was
 * queued last goes first.
 */
final class BackgroundTracker {

  /** {@code btracker_create}'s only argument. */
  private static final int MAX_WORK = 4096;

  private final ArrayDeque<PolicyWork> queued = new ArrayDeque<>();
  private final Map<Long, PolicyWork> pending = new HashMap<>();
  private int demotions;

  /**
   * Mirrors {@code btracker_queue}; false if there is no memory, or that block is on its way.
   *
   * @param issued whether the caller does it himself
   */
  boolean queue(PolicyWork work, boolean issued) {
    if (pending.size() >= MAX_WORK || !Memory.succeeds(Gfp.NOWAIT)) {
      return false;
    }
    if (pending.putIfAbsent(work.oblock(), work) != null) {
      return false;
    }
    if (!issued) {
      queued.addFirst(work);
    }
    demotions += work.op() == PolicyWork.Op.DEMOTE ? 1 : 0;
    return true;
  }

  /** The next to be done; null if there is none. */
  PolicyWork issue() {
    return queued.pollFirst();
  }

  void complete(PolicyWork work) {
    pending.remove(work.oblock());
    demotions -= work.op() == PolicyWork.Op.DEMOTE ? 1 : 0;
  }

  int demotionsQueued() {
    return demotions;
  }

  boolean isPending(long oblock) {
    return pending.containsKey(oblock);
  }
}
