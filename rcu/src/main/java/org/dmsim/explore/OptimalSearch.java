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

  /** A scout stops after so many steps; it is better off in a branch that comes sooner. */
  private static final int STEPS_OF_SCOUT = 1 << 15;

  final Learned learned;
  final Path path = new Path();
  private final Execution execution;
  private final Probe probe;
  private final Races races;
  private Scouts scouts;
  private Meetings meetings;
  private RecordedRun recorded;
  private int answered;
  private List<Boolean> answers;

  long executions;
  long redundant;
  long probes;
  int maxDepth;

  /** A search of every trace. */
  OptimalSearch(Program program, Configuration configuration) {
    this(program, configuration, Bounds.UNBOUNDED);
  }

  /**
   * A search that is bounded, and then without reduction.
   *
   * @param preemptions how often a run may switch away from a task that could go on; {@link
   *     Bounds#UNBOUNDED} for a search of every trace
   */
  OptimalSearch(Program program, Configuration configuration, int preemptions) {
    this(program, configuration, preemptions, new Learned(new ObjectTable()));
  }

  private OptimalSearch(
      Program program, Configuration configuration, int preemptions, Learned learned) {
    this.learned = learned;
    execution = new Execution(program, configuration, path, learned, preemptions);
    probe = new Probe(program, configuration, path.trace, learned);
    races = new Races(path, learned, this::isPossible);
  }

  /** A search of one branch of another search. */
  static OptimalSearch of(
      Program program, Configuration configuration, int preemptions, Foray foray) {
    OptimalSearch s = new OptimalSearch(program, configuration, preemptions, foray.learned());
    s.path.standAt(foray.steps(), foray.births(), foray::point);
    s.races.standAt(foray.depth());
    return s;
  }

  /**
   * Further carriers for a search.
   *
   * @param count how many
   */
  static Scouts scouts(
      Program program, Configuration configuration, int preemptions, int count, Scouts.Pace pace) {
    return new Scouts(
        f -> of(program, configuration, preemptions, f).scout(f),
        preemptions == Bounds.UNBOUNDED,
        count,
        pace);
  }

  /** Lets scouts run ahead; it changes nothing but how long the search takes. */
  void follow(Scouts ahead) {
    scouts = ahead;
  }

  /** Has it counted what runs are for. */
  void count(Meetings m) {
    meetings = m;
    races.count(m);
    execution.count(m);
  }

  /** Makes additions to what somebody waits for one after the other; asked before it begins. */
  void orderAdditions() {
    learned.orderAdditions();
  }

  /** Whether runs that differ only in the order of independent steps count as one. */
  boolean isReduced() {
    return execution.preemptions() == Bounds.UNBOUNDED;
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
      Outcome outcome = run();
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
          races.detect(neverMade());
          if (learned.isTooLate()) {
            startAgain();
            continue;
          }
        }
      }
      int left = path.kept();
      int length = path.trace.length();
      if (!goOn(outcome)) {
        return Stop.EXHAUSTED;
      }
      if (scouts != null) {
        scouts.sendOut(path, learned, left, length, executions);
      }
    }
  }

  /** The next run: one that a scout has made, or made here. */
  private Outcome run() {
    recorded = scouts == null ? null : scouts.next(path, learned);
    if (recorded == null) {
      return execution.run();
    }
    answered = 0;
    recorded.addTo(path);
    for (int what : recorded.additions()) {
      learned.adds(what);
    }
    if (recorded.bounded()) {
      execution.noteBound();
    }
    return recorded.outcome();
  }

  private List<Step> neverMade() {
    return recorded != null ? recorded.neverMade() : execution.neverMade();
  }

  private boolean wasImpossible() {
    return recorded != null ? recorded.impossible() : execution.wasImpossible();
  }

  /** What was planned before it was known what matters is forgotten. */
  private void startAgain() {
    if (scouts != null) {
      scouts.recall();
    }
    if (meetings != null) {
      meetings.clear();
    }
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
      if (!wasImpossible()) {
        redundant++;
      } else if (path.goesOnWithNext()) {
        return true;
      }
    }
    return path.backtrack(isReduced());
  }

  private boolean isPossible(int kept, Step[] more, Step last) {
    probes++;
    if (recorded != null) {
      return recorded.answers().get(answered++);
    }
    boolean answer = probe.isPossible(kept, more, last);
    if (answers != null) {
      answers.add(answer);
    }
    return answer;
  }

  // ---- in a scout ------------------------------------------------------------------------------

  /**
   * Makes runs for another search, as long as it wants them, they do as before and nothing new is
   * learnt from them.
   */
  void scout(Foray foray) {
    int version = learned.version();
    long steps = 0;
    boolean more = true;
    while (more && steps < STEPS_OF_SCOUT && !foray.isUnwanted()) {
      answers = new ArrayList<>(0);
      int additions = learned.additions();
      List<Step> guided = RecordedRun.guideOf(path);
      Outcome outcome = execution.run();
      boolean isRun = outcome.end() != Outcome.End.GIVEN_UP;
      List<Step> never = isRun && isReduced() ? execution.neverMade() : List.of();
      if (learned.version() != version || divergence() != null) {
        return;
      }
      int kept = path.kept();
      List<RecordedRun.Move> moves = RecordedRun.movesOf(path);
      if (isRun && isReduced()) {
        races.detect(never);
      }
      foray.add(
          new RecordedRun(
              kept,
              guided,
              outcome,
              execution.wasImpossible(),
              execution.wasBounded(),
              moves,
              never,
              learned.additionsSince(additions),
              answers));
      steps += moves.size();
      more = goOn(outcome);
    }
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
    PlannedSteps planned = new PlannedSteps();
    int[] steps = planned.numbers(path.trace.steps());
    races.save(planned, points);
    return new Frontier(
        List.of(executions, redundant, probes, (long) maxDepth),
        execution.preemptions(),
        execution.wasBounded(),
        learned.save(),
        planned.distinct(),
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
      Frontier.Point p = f.points().get(d);
      races.restore(d, p.held(), PlannedSteps.steps(p.heldBy(), f.distinct()));
    }
  }
}
