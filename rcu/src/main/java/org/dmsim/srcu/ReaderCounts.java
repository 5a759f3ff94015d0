package org.dmsim.srcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmsim.threads.ThreadTable;

/**
 * {@code srcu_lock_count} and {@code srcu_unlock_count} of one CPU or one thread; only that one
 * writes them.
 */
final class ReaderCounts extends ThreadTable.Entry {

  private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

  /** Room before and behind the counts, so that two threads share no cache line. */
  private static final int ROOM = 16;

  private final long[] counts = new long[ROOM + 4 + ROOM];

  private static int slot(int half, boolean out) {
    return ROOM + half + (out ? 2 : 0);
  }

  void increment(int half, boolean out) {
    int i = slot(half, out);
    COUNTS.setRelease(counts, i, counts[i] + 1);
  }

  void set(int half, boolean out, long value) {
    COUNTS.setRelease(counts, slot(half, out), value);
  }

  long get(int half, boolean out) {
    return (long) COUNTS.getAcquire(counts, slot(half, out));
  }

  void addAll(ReaderCounts other) {
    for (int i = ROOM; i < ROOM + 4; i++) {
      COUNTS.setRelease(counts, i, counts[i] + other.counts[i]);
    }
  }
}
