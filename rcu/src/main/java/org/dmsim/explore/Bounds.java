package org.dmsim.explore;

/**
 * What is tried, and how much of it.
 *
 * @param kind which schedules
 * @param preemptions how often a schedule may switch away from a task that could go on; {@link
 *     #UNBOUNDED} for as often as it likes
 * @param maxSchedules runs after which the search stops
 * @param seed the randomness of {@link Kind#RANDOM} and {@link Kind#PCT}
 */
public record Bounds(Kind kind, int preemptions, long maxSchedules, long seed) {

  /** No bound on preemptions. */
  public static final int UNBOUNDED = -1;

  /** Every schedule that matters, each once. */
  public static final Bounds EXHAUSTIVE = new Bounds(Kind.EXHAUSTIVE, UNBOUNDED, Long.MAX_VALUE, 1);

  /** Which schedules are tried. */
  public enum Kind {
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
    if (kind != Kind.EXHAUSTIVE && preemptions != UNBOUNDED) {
      throw new IllegalArgumentException(
          "a bound on preemptions is for exhaustive searches; "
              + kind
              + " and preemptions="
              + preemptions
              + " do not go together");
    }
    if (kind != Kind.EXHAUSTIVE && maxSchedules == Long.MAX_VALUE) {
      maxSchedules = 10_000;
    }
  }

  /** As this, with another kind of search. */
  public Bounds withKind(Kind k) {
    return new Bounds(k, preemptions, maxSchedules, seed);
  }

  /** As this, with a bound on preemptions. */
  public Bounds withPreemptions(int n) {
    return new Bounds(kind, n, maxSchedules, seed);
  }

  /** As this, with a bound on the number of runs. */
  public Bounds withMaxSchedules(long n) {
    return new Bounds(kind, preemptions, n, seed);
  }

  /** As this, with another seed. */
  public Bounds withSeed(long s) {
    return new Bounds(kind, preemptions, maxSchedules, s);
  }
}
