package org.dmsim.dm.table;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the target of a sector in a number of steps that grows with the logarithm of the number of
 * targets: above the targets' last sectors lie levels that each keep every {@value #FANOUT}th key
 * of the level below.
 */
final class TargetIndex {

  /** Keys looked at on each level: two cache lines of the host. */
  private static final int FANOUT = 16;

  private static final int SHIFT = Integer.numberOfTrailingZeros(FANOUT);

  private final long[] highs;
  private final long[][] levels;
  private final int count;

  /**
   * Indexes targets that lie end to end.
   *
   * @param highs each target's last sector, in order
   * @param count how many of {@code highs} count
   */
  TargetIndex(long[] highs, int count) {
    this.highs = highs;
    this.count = count;
    List<long[]> built = new ArrayList<>();
    long[] below = highs;
    int n = count;
    while (n > FANOUT) {
      int up = (n + FANOUT - 1) >> SHIFT;
      long[] level = new long[up];
      for (int i = 0; i < up; i++) {
        level[i] = below[Math.min(((i + 1) << SHIFT), n) - 1];
      }
      built.add(level);
      below = level;
      n = up;
    }
    levels = built.reversed().toArray(long[][]::new);
  }

  /** The position of the target that holds {@code sector}; -1 beyond the last one. */
  int find(long sector) {
    if (count == 0 || Long.compareUnsigned(sector, highs[count - 1]) > 0) {
      return -1;
    }
    int i = 0;
    for (long[] level : levels) {
      i = first(level, i << SHIFT, sector);
    }
    return first(highs, i << SHIFT, sector);
  }

  private static int first(long[] keys, int from, long sector) {
    int i = from;
    while (keys[i] < sector) {
      i++;
    }
    return i;
  }
}
