package org.dmsim.explore;

import java.util.List;
import java.util.SplittableRandom;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;

/**
 * About how many runs an exhaustive search will make, judged before it starts.
 *
 * <p>A small search, or one that soon finds what it is for, is simply made. One that does not end
 * soon tells how far it came at each point, but not what races it has not met yet, nor that points
 * further down have fewer: of searches whose end is known, 0.02 to 4.8 times as many. The other
 * guess is by runs by chance: the mean of what their probabilities divide one by is the number of
 * interleavings (Knuth: Mathematics of Computation 29, 1975). A Mazurkiewicz trace has as many
 * interleavings as the order of its steps has linear extensions; divided by these too, the mean is
 * the number of traces. But traces with few interleavings come seldom by chance and then count for
 * much, so some runs guess rather too low: 0.37 to 1 times as many. So the second is taken or,
 * where the first is larger, what lies between them.
 */
final class Estimate {

  private static final long SEARCHED_STEPS = 45_000;
  private static final long WALKED_STEPS = 120_000;
  private static final int MIN_RUNS = 10;

  /** The mean of so many equal weights would be as sure as that of the weights there are. */
  private static final double SURE = 50;

  private final Program program;
  private final Configuration configuration;
  private final int preemptions;
  private final Judge judge;
  private final SplittableRandom random;

  private Estimate(Program program, Configuration configuration, Bounds bounds, String symptom) {
    this.program = program;
    this.configuration = configuration;
    this.preemptions = bounds.preemptions();
    this.judge = new Judge(symptom, new Livelocks(program, configuration, List.of()), null);
    this.random = new SplittableRandom(bounds.seed());
  }

  /**
   * The number of runs, at least 1. Equal seeds give equal guesses.
   *
   * @param symptom in the headline of what ends the search; empty for any report
   */
  static double of(Program program, Configuration configuration, Bounds bounds, String symptom) {
    return Math.max(1, new Estimate(program, configuration, bounds, symptom).number());
  }

  private double number() {
    boolean reduced = preemptions == Bounds.UNBOUNDED;
    OptimalSearch search = new OptimalSearch(program, configuration, preemptions);
    long[] steps = new long[1];
    OptimalSearch.Stop stop =
        search.search(
            outcome -> {
              boolean wasCut = outcome.end() == Outcome.End.STEP_LIMIT;
              steps[0] += wasCut ? SEARCHED_STEPS : outcome.steps();
              return judge.ruling(outcome) != Judge.Ruling.WANTED;
            },
            Long.MAX_VALUE,
            () -> steps[0] >= SEARCHED_STEPS);
    if (stop != OptimalSearch.Stop.ASKED) {
      return search.executions;
    }
    return reduced
        ? between(search.planned(), byChance())
        : BoundedWalk.estimate(program, configuration, preemptions, random);
  }

  private static double between(double planned, double byChance) {
    return planned > byChance ? Math.sqrt(planned * byChance) : byChance;
  }

  private double byChance() {
    Walk walk = new Walk(program, configuration, random);
    double sum = 0;
    double squares = 0;
    int runs = 0;
    while (runs < MIN_RUNS || (walk.steps() < WALKED_STEPS && sum * sum < SURE * squares)) {
      double weight = walk.make();
      if (walk.wasCut()) {
        return Math.max(weight, sum / Math.max(1, runs)); // no number would mean much
      }
      if (walk.hasLearnt() && walk.steps() < WALKED_STEPS) {
        sum = 0;
        squares = 0;
        runs = 0;
      } else {
        sum += weight;
        squares += weight * weight;
        runs++;
      }
    }
    return sum / runs;
  }
}
