package org.dmsim.dm.targets.clone;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Maker;

/** The regions that are on their way, by number: {@code struct hash_table_bucket}. */
final class HydrationTable {

  private static final int BITS = 15;
  private static final long GOLDEN_RATIO_64 = 0x61C8864680B583EBL;

  private final Bucket[] buckets = new Bucket[1 << BITS];
  private final Maker maker = Maker.ofParts("hash_table_bucket");

  /** Those with one hash, and their lock. */
  static final class Bucket {
    final SpinLock lock = new SpinLock("&bucket->lock");
    private final List<Hydration> list = new ArrayList<>(1);

    /** Null if there is none; the caller holds the lock. */
    Hydration find(long region) {
      for (Hydration h : list) {
        if (h.region == region) {
          return h;
        }
      }
      return null;
    }

    void insert(Hydration h) {
      list.add(h);
    }

    void remove(Hydration h) {
      list.remove(h);
    }
  }

  /** {@code get_hash_table_bucket}. */
  Bucket of(long region) {
    int i = (int) (region * GOLDEN_RATIO_64 >>> Long.SIZE - BITS);
    if (buckets[i] == null) {
      buckets[i] = maker.part(i, Bucket::new);
    }
    return buckets[i];
  }
}
