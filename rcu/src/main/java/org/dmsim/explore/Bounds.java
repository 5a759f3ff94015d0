package org.dmsim.explore;

/**
 * What is tried, and how much of it.
 *
 * @param selection which schedules
 * @param preemptions how often a schedule may switch away from a task that could go on; {@link
 *     #UNBOUNDED} for as often as it likes
 * @param maxSchedules runs after which the search stops
 * @param seed the randomness of {@link Selection#RANDOM} and {@link Selection#PCT}
 */
public record Bounds(Selection selection, int preemptions, long maxSchedules, long seed) {

  /** No bound on preemptions. */
  public static final int UNBOUNDED = -1;

  /** Every schedule that matters, each once. */
  public static final Bounds EXHAUSTIVE =
      new Bounds(Selection.EXHAUSTIVE, UNBOUNDED, Long.MAX_VALUE, 1);

  /** Which schedules are tried. */
  public enum Selection {
    /** All that differ in more than the order of independent steps. */
    EXHAUSTIVE,
    /** At each step any task, evenly. */
    RANDOM,
    /** By priorities that change at a few steps; {@link org.dmsim.strategy.Pct}. */
    PCT
  }

  /** Refuses what contradicts itself. */
  public Bounds {
    if (preemptions < UNBOUNDED) {
      throw new IllegalArgumentException("preemptions=" + preemptions + "; write 0 or more");
    }
    if (maxSchedules < 1) {
      throw new IllegalArgumentException("max-schedules=" + maxSchedules + "; write 1 or more");
    }
    if (selection != Selection.EXHAUSTIVE && preemptions != UNBOUNDED) {
      throw new IllegalArgumentException(
          "a bound on preemptions is for exhaustive searches; "
              + selection
              + " and preemptions="
              + preemptions
              + " do not go together");
    }
    if (selection != Selection.EXHAUSTIVE && maxSchedules == Long.MAX_VALUE) {
      maxSchedules = 10_000;
    }
  }

  /** As this, of other schedules. */
  public Bounds withSelection(Selection k) {
    return new Bounds(k, preemptions, maxSchedules, seed);
  }

  /** As this, with a bound on preemptions. */
  public Bounds withPreemptions(int n) {
    return new Bounds(selection, n, maxSchedules, seed);
  }

  /** As this, with a bound on the number of runs. */
  public Bounds withMaxSchedules(long n) {
    return new Bounds(selection, preemptions, n, seed);
  }

  /** As this, with another seed. */
  public Bounds withSeed(long s) {
    return new Bounds(selection, preemptions, maxSchedules, s);
  }
}
