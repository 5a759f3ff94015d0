package org.dmsim.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;
import org.dmsim.strategy.Schedule;

/**
 * Runs a program once per Mazurkiewicz trace: optimal dynamic partial-order reduction.
 *
 * <p>It goes down one run to its end ({@link Execution}), looks for steps whose order could have
 * been the other way round ({@link Races}), notes for each of them a sequence of steps that leads
 * there, and goes up to the deepest point where something is left to try. A point's sleep set holds
 * the steps whose runs are all seen; a sequence is noted only if no step of the sleep set could
 * come first in it, so no trace is run twice.
 */
final class OptimalSearch {

  /** How a search stopped. */
  enum Stop {
    /** Nothing is left to try. */
    EXHAUSTED,
    /** A run was not clean. */
    FOUND,
    /** The bound on the number of runs. */
    MAX_SCHEDULES,
    /** The caller wanted it to stop. */
    ASKED,
    /** A run did not do what it had done before. */
    BROKEN
  }

  /** The bound on preemptions of a search that has none, and leaves out what is seen already. */
  static final int REDUCED = -1;

  final Learned learned = new Learned(new ObjectTable());
  final Path path = new Path();
  private final Execution execution;
  private final Probe probe;
  private final Races races = new Races(path, learned, this::isPossible);

  long executions;
  long redundant;
  long probes;
  int maxDepth;

  /** A search of every trace. */
  OptimalSearch(Program program, Configuration configuration) {
    this(program, configuration, REDUCED);
  }

  /**
   * A search without reduction.
   *
   * @param preemptions how often a run may switch away from a task that could go on
   */
  OptimalSearch(Program program, Configuration configuration, int preemptions) {
    execution = new Execution(program, configuration, path, learned, preemptions);
    probe = new Probe(program, configuration, path.trace, learned);
  }

  /** Whether runs that differ only in the order of independent steps count as one. */
  boolean isReduced() {
    return execution.preemptions() == REDUCED;
  }

  /** Whether the bound on preemptions kept a run from being tried. */
  boolean wasBounded() {
    return execution.wasBounded();
  }

  /** Where a run did not do as before; null if none did. */
  Divergence divergence() {
    return execution.divergence();
  }

  /** The choices of the last run. */
  Schedule schedule() {
    return execution.schedule();
  }

  /** Looks at a finished run. */
  interface Judge {
    /** Whether the search goes on after this run. */
    boolean goOn(Outcome outcome);
  }

  /**
   * Goes on with the search.
   *
   * <p>As soon as a run shows that interrupts come, or that tasks have to share CPUs, the search
   * starts again, and each step is one on its CPU too: the steps made on one CPU have one order,
   * and who is on it decides who else can go on.
   *
   * @param judge looks at each finished run, and says whether to go on
   */
  Stop search(Judge judge, long maxSchedules, BooleanSupplier stop) {
    while (true) {
      if (executions >= maxSchedules) {
        return Stop.MAX_SCHEDULES;
      }
      if (stop.getAsBoolean()) {
        return Stop.ASKED;
      }
      Outcome outcome = execution.run();
      if (learned.isTooLate()) {
        startAgain();
        continue;
      }
      if (divergence() != null) {
        return Stop.BROKEN;
      }
      if (outcome.end() != Outcome.End.GIVEN_UP) {
        executions++;
        maxDepth = Math.max(maxDepth, path.trace.length());
        if (!judge.goOn(outcome)) {
          return Stop.FOUND;
        }
        if (isReduced()) {
          races.detect(execution.neverMade());
        }
      }
      if (!goOn(outcome)) {
        return Stop.EXHAUSTED;
      }
    }
  }

  /** What was planned before it was known what matters is forgotten. */
  private void startAgain() {
    learned.startAgain();
    execution.startAgain();
    path.clear();
    executions = 0;
    redundant = 0;
    probes = 0;
    maxDepth = 0;
  }

  /** Prepares the next run; false if there is none. */
  private boolean goOn(Outcome outcome) {
    if (outcome.end() == Outcome.End.GIVEN_UP) {
      if (!execution.wasImpossible()) {
        redundant++;
      } else if (path.goesOnWithNext()) {
        return true;
      }
    }
    return path.backtrack(isReduced());
  }

  private boolean isPossible(int kept, Step[] more, Step last) {
    probes++;
    return probe.isPossible(kept, more, last);
  }

  /** About how many runs there are, judged by how far the search has come at each point. */
  double planned() {
    double share = 1;
    double done = 0;
    for (int d = 0; d < path.trace.length(); d++) {
      Node n = path.node(d);
      int branches = n.tried + 1 + n.pending.size();
      done += share * n.tried / branches;
      share /= branches;
    }
    done += share;
    return executions / Math.min(1, done);
  }

  // ---- stopping, and going on another time -----------------------------------------------------

  /** Where the search stands; asked between two runs. */
  Frontier save() {
    List<Frontier.Point> points = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    path.save(races, steps, points);
    return new Frontier(
        List.of(executions, redundant, probes, (long) maxDepth),
        execution.preemptions(),
        execution.wasBounded(),
        learned.save(),
        steps,
        path.trace.births(),
        points);
  }

  /** Makes a search that has not begun stand there. */
  void restore(Frontier f) {
    executions = f.counts().get(0);
    redundant = f.counts().get(1);
    probes = f.counts().get(2);
    maxDepth = Math.toIntExact(f.counts().get(3));
    execution.restore(f.preemptions(), f.bounded());
    learned.restore(f.known());
    path.restore(f);
    for (int d = 0; d < f.points().size(); d++) {
      races.restore(d, f.points().get(d).held(), f.points().get(d).heldBy());
    }
  }
}
