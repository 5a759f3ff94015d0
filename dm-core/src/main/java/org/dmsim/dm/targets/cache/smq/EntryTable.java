package org.dmsim.dm.targets.cache.smq;

/** Entries by their origin block, chained: {@code struct smq_hash_table}, 6.1. */
final class EntryTable {

  /** {@code GOLDEN_RATIO_64}, for {@code hash_64}. */
  private static final long GOLDEN_RATIO = 0x61C8864680B583EBL;

  private final Entry[] buckets;
  private final int bits;

  EntryTable(int entries) {
    int wanted = Math.max(entries / 4, 16);
    bits = Integer.SIZE - Integer.numberOfLeadingZeros(wanted - 1);
    buckets = new Entry[1 << bits];
  }

  private int hash(long oblock) {
    return (int) (oblock * GOLDEN_RATIO >>> Long.SIZE - bits);
  }

  void insert(Entry e) {
    int h = hash(e.oblock);
    e.hashNext = buckets[h];
    buckets[h] = e;
  }

  /** Takes the entry of a block out; null if there is none. */
  private Entry unlink(long oblock) {
    int h = hash(oblock);
    Entry previous = null;
    for (Entry e = buckets[h]; e != null; e = e.hashNext) {
      if (e.oblock == oblock) {
        if (previous == null) {
          buckets[h] = e.hashNext;
        } else {
          previous.hashNext = e.hashNext;
        }
        return e;
      }
      previous = e;
    }
    return null;
  }

  /** The entry of a block, which comes first in its chain now; null if there is none. */
  Entry lookup(long oblock) {
    Entry e = unlink(oblock);
    if (e != null) {
      insert(e);
    }
    return e;
  }

  void remove(Entry e) {
    unlink(e.oblock);
  }
}
