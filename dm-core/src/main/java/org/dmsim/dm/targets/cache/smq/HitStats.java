package org.dmsim.dm.targets.cache.smq;

/** How often what was asked for is in the upper levels: {@code struct stats}, 6.1. */
final class HitStats {

  private static final int FP_SHIFT = 8;
  private static final int SIXTEENTH = 1 << FP_SHIFT - 4;
  private static final int EIGHTH = 1 << FP_SHIFT - 3;

  /** {@code enum performance}. */
  enum Performance {
    POOR,
    FAIR,
    WELL
  }

  private final int threshold;
  private int hits;
  private int misses;

  HitStats(int levels) {
    threshold = levels * 3 / 4;
  }

  void reset() {
    hits = 0;
    misses = 0;
  }

  void accessed(int level) {
    if (level >= threshold) {
      hits++;
    } else {
      misses++;
    }
  }

  void miss() {
    misses++;
  }

  private int share(int shift) {
    return hits + misses == 0 ? 0 : Integer.divideUnsigned(hits << shift, hits + misses);
  }

  /** Of hits in sixteenths. */
  int sixteenths() {
    return share(4);
  }

  /** Mirrors {@code stats_assess}. */
  Performance assess() {
    int confidence = share(FP_SHIFT);
    if (confidence < SIXTEENTH) {
      return Performance.POOR;
    }
    return confidence < EIGHTH ? Performance.FAIR : Performance.WELL;
  }
}
