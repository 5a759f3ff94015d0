package org.dmsim.dm.persistent;

import java.util.Arrays;
import org.dmsim.locking.Mutex;

/**
 * Blocks that somebody missed who could not wait: {@code struct prefetch_set}, 6.1. Of two with the
 * same hash the second is forgotten.
 */
final class PrefetchSet {

  private static final int BITS = 7;
  private static final long SENTINEL = -1;

  /** {@code GOLDEN_RATIO_64}, for {@code hash_64}. */
  private static final long GOLDEN_RATIO = 0x61C8864680B583EBL;

  private final Mutex lock = new Mutex("&p->lock");
  private final long[] blocks = new long[1 << BITS];

  PrefetchSet() {
    Arrays.fill(blocks, SENTINEL);
  }

  void add(long b) {
    int hash = (int) (b * GOLDEN_RATIO >>> Long.SIZE - BITS);
    lock.lock();
    if (blocks[hash] == SENTINEL) {
      blocks[hash] = b;
    }
    lock.unlock();
  }

  void issue(BlockManager bm) {
    lock.lock();
    for (int i = 0; i < blocks.length; i++) {
      if (blocks[i] != SENTINEL) {
        bm.prefetch(blocks[i]);
        blocks[i] = SENTINEL;
      }
    }
    lock.unlock();
  }
}
