package org.dmsim.explore;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.dmsim.interleaving.Interleaving;
import org.dmsim.interleaving.InterleavingTable;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Strategy;
import org.dmsim.report.DmsimFault;
import org.dmsim.strategy.Pct;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.strategy.Recorder;
import org.dmsim.strategy.Replay;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.strategy.Schedule;

/**
 * Runs a program under many schedules, or all, and says what it found and what it has seen.
 *
 * <p>Interface:
 *
 * <ul>
 *   <li>{@link #explore} searches; {@link #replay} makes one run again, with positions and columns.
 *   <li>Searches record no positions; a finding is made again with them, and they change nothing.
 *   <li>Equal programs, configurations and bounds give equal results, whatever time they take.
 * </ul>
 */
public final class Explorer {

  /** Runs in which no task makes progress end after so many scheduling points. */
  private static final long MAX_STEPS = 100_000;

  private static final int PCT_DEPTH = 3;
  private static final int TICK = 0xff;

  private final Program program;
  private final Configuration configuration;
  private final Bounds bounds;
  private String symptom = "";

  /** Hears how a search goes on. */
  @FunctionalInterface
  public interface Progress {
    /** So many runs are complete, of about so many; the longest one has so many steps. */
    void at(long explored, double planned, int depth);
  }

  /** A search of a program on a machine. */
  public Explorer(Program program, Configuration configuration, Bounds bounds) {
    this.program = program;
    this.configuration =
        program
            .adapt(configuration)
            .withPositions(false)
            .withMaxSteps(Math.min(MAX_STEPS, configuration.maxSteps()));
    this.bounds = bounds;
  }

  /**
   * Makes the search go on past runs that end badly in another way. If it ends without this one,
   * the first of the others is what it has found.
   *
   * @param headline part of the headline of the report that is looked for
   */
  public Explorer lookingFor(String headline) {
    symptom = headline;
    return this;
  }

  /** The number of CPUs at which every task has one of its own, but not fewer than configured. */
  public static int cpusFor(Program program, Configuration configuration) {
    Machine m = new Machine(program.adapt(configuration).withPositions(false), new RoundRobin());
    program.load(m);
    m.run();
    return Math.clamp(m.taskCount() - 2, configuration.cpus(), 64);
  }

  /** Searches to the end, or to a bound. */
  public Result explore() {
    return explore(() -> false, () -> false, (explored, planned, depth) -> {});
  }

  /**
   * Searches.
   *
   * @param late whether the time is over
   * @param interrupted whether the user wants it to stop
   */
  public Result explore(BooleanSupplier late, BooleanSupplier interrupted, Progress progress) {
    return Machine.withCarrier(
        x -> {
          boolean[] others = new boolean[1];
          Judge looking =
              outcome -> {
                boolean wanted =
                    symptom.isEmpty()
                        ? isBad(outcome)
                        : Minimizer.report(outcome, symptom).isPresent();
                others[0] |= !wanted && isBad(outcome);
                return wanted;
              };
          Result r = search(looking, late, interrupted, progress);
          boolean ended =
              r.ending() == Result.Ending.VIOLATION || r.ending() == Result.Ending.BROKEN;
          if (ended || !others[0]) {
            return r;
          }
          symptom = "";
          return search(Explorer::isBad, () -> false, () -> false, progress);
        });
  }

  /**
   * Whether something was found. A run that was cut off at the bound on steps is none: nobody knows
   * how it would have gone on, so the search ends BOUND-REACHED.
   */
  private static boolean isBad(Outcome outcome) {
    return !outcome.reports().isEmpty() || outcome.end() == Outcome.End.STUCK;
  }

  /** Says whether a run is what is looked for. */
  private interface Judge {
    boolean found(Outcome outcome);
  }

  private Result search(
      Judge judge, BooleanSupplier late, BooleanSupplier interrupted, Progress progress) {
    return bounds.kind() == Bounds.Kind.EXHAUSTIVE
        ? exhaust(judge, late, interrupted, progress)
        : sample(judge, late, interrupted, progress);
  }

  private Result exhaust(
      Judge judge, BooleanSupplier late, BooleanSupplier interrupted, Progress progress) {
    OptimalSearch search =
        bounds.preemptions() == Bounds.UNBOUNDED
            ? new OptimalSearch(program, configuration)
            : new OptimalSearch(program, configuration, bounds.preemptions());
    Outcome[] bad = new Outcome[1];
    boolean[] cut = new boolean[1];
    OptimalSearch.Stop stop =
        search.search(
            outcome -> {
              cut[0] |= outcome.end() == Outcome.End.STEP_LIMIT;
              if ((search.executions & TICK) == 0) {
                progress.at(search.executions, search.planned(), search.maxDepth);
              }
              boolean found = judge.found(outcome);
              bad[0] = found ? outcome : null;
              return !found;
            },
            bounds.maxSchedules(),
            () ->
                (search.executions & TICK) == 0
                    && (late.getAsBoolean() || interrupted.getAsBoolean()));
    Optional<Finding> finding =
        stop == OptimalSearch.Stop.FOUND
            ? Optional.of(finding(search.executions, search.schedule(), bad[0]))
            : Optional.empty();
    Result.Ending ending =
        switch (stop) {
          case FOUND -> Result.Ending.VIOLATION;
          case BROKEN -> Result.Ending.BROKEN;
          case MAX_SCHEDULES -> Result.Ending.BOUND_REACHED;
          case ASKED ->
              interrupted.getAsBoolean() ? Result.Ending.INTERRUPTED : Result.Ending.BOUND_REACHED;
          case EXHAUSTED ->
              search.wasBounded() || cut[0] ? Result.Ending.BOUND_REACHED : Result.Ending.EXHAUSTED;
        };
    String bound =
        switch (stop) {
          case MAX_SCHEDULES -> "max-schedules=" + bounds.maxSchedules();
          case ASKED -> interrupted.getAsBoolean() ? "" : "max-time";
          case EXHAUSTED -> {
            String steps = cut[0] ? "steps<=" + configuration.maxSteps() : "";
            yield search.wasBounded() ? "preemptions<=" + bounds.preemptions() : steps;
          }
          default -> "";
        };
    return new Result(
        ending,
        configuration,
        search.executions,
        search.redundant,
        search.maxDepth,
        search.isReduced(),
        bound,
        finding,
        Optional.ofNullable(search.divergence()));
  }

  private Result sample(
      Judge judge, BooleanSupplier late, BooleanSupplier interrupted, Progress progress) {
    long made = 0;
    long steps = 100;
    Result.Ending ending = Result.Ending.BOUND_REACHED;
    String bound = "max-schedules=" + bounds.maxSchedules();
    Finding finding = null;
    while (made < bounds.maxSchedules() && finding == null) {
      if ((made & TICK) == 0) {
        progress.at(made, bounds.maxSchedules(), (int) steps);
        if (interrupted.getAsBoolean()) {
          ending = Result.Ending.INTERRUPTED;
          bound = "";
          break;
        }
        if (late.getAsBoolean()) {
          bound = "max-time";
          break;
        }
      }
      long seed = bounds.seed() + made;
      Strategy strategy =
          bounds.kind() == Bounds.Kind.PCT ? new Pct(seed, PCT_DEPTH, steps) : new RandomWalk(seed);
      Recorder recorder = new Recorder(strategy);
      Machine machine = new Machine(configuration, recorder);
      program.load(machine);
      Outcome outcome = machine.run();
      made++;
      steps = Math.max(steps, outcome.steps());
      if (judge.found(outcome)) {
        finding = finding(made, recorder.schedule(), outcome);
        ending = Result.Ending.VIOLATION;
        bound = "";
      }
    }
    return new Result(
        ending,
        configuration,
        made,
        0,
        (int) steps,
        false,
        bound,
        Optional.ofNullable(finding),
        Optional.empty());
  }

  private Finding finding(long number, Schedule found, Outcome outcome) {
    Schedule shortest = new Minimizer(program, configuration).reduce(found, outcome, symptom);
    return replay(number, shortest);
  }

  /**
   * Makes one run again, with positions and columns.
   *
   * @throws Replay.Diverged if this is another program, or another machine
   */
  public Finding replay(Schedule schedule) {
    return Machine.withCarrier(x -> replay(0, schedule));
  }

  private Finding replay(long number, Schedule schedule) {
    Replay replay = new Replay(schedule);
    Machine machine = new Machine(configuration.withPositions(true), replay);
    program.load(machine);
    Interleaving steps = Interleaving.of(machine);
    Outcome outcome;
    try {
      outcome = machine.run();
    } catch (DmsimFault fault) {
      if (fault.getCause() instanceof Replay.Diverged d) {
        throw d;
      }
      throw fault;
    }
    replay.verify();
    return new Finding(number, schedule, outcome, InterleavingTable.draw(steps).lines().toList());
  }
}
