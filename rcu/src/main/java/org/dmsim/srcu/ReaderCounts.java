package org.dmsim.srcu;

/**
 * {@code srcu_lock_count} and {@code srcu_unlock_count} of one CPU or one thread; only that one
 * writes them.
 */
final class ReaderCounts extends CountWords {

  long a0;
  long a1;
  long a2;
  long a3;
  long a4;
  long a5;
  long a6;
  long a7;
  long a8;
  long a9;
  long a10;
  long a11;
  long a12;
  long a13;
  long a14;
  long a15;

  void addAll(ReaderCounts other) {
    for (int half = 0; half < 2; half++) {
      set(half, false, get(half, false) + other.get(half, false));
      set(half, true, get(half, true) + other.get(half, true));
    }
  }
}
