package org.dmsim.explore;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.dmsim.interleaving.Interleaving;
import org.dmsim.interleaving.InterleavingTable;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Strategy;
import org.dmsim.report.DmsimFault;
import org.dmsim.strategy.Lenient;
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

  /** Runs end after so many scheduling points, where the configuration does not say otherwise. */
  private static final long MAX_STEPS = 10_000;

  private static final int TICK = 0xf;
  private static final int MAX_JOBS = 64;
  private static final int DIGESTED_RUNS = 8;

  private final Program program;
  private final Configuration configuration;
  private final Bounds bounds;
  private String symptom = "";
  private int room = Integer.MAX_VALUE;
  private int jobs = 1;
  private boolean ordersAdditions;
  private Scouts.Pace pace = Scouts.Pace.USUAL;
  private SearchState before;
  private Supplier<SearchState> stopped;
  private Meetings meetings;

  /** A search of a program on a machine. */
  public Explorer(Program program, Configuration configuration, Bounds bounds) {
    this.program = program;
    this.configuration =
        program
            .adapt(configuration)
            .withPositions(false)
            .withMaxSteps(
                configuration.maxSteps() == Configuration.standard().maxSteps()
                    ? MAX_STEPS
                    : configuration.maxSteps());
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

  /**
   * Has the columns of a finding folded.
   *
   * @param width characters that a line may have
   */
  public Explorer foldingAt(int width) {
    room = width;
    return this;
  }

  /**
   * The number of CPUs at which every task has one of its own, and foreign works have one too; but
   * not fewer than configured.
   */
  public static int cpusFor(Program program, Configuration configuration) {
    Configuration c = program.adapt(configuration).withPositions(false);
    Machine m = new Machine(c, new RoundRobin());
    program.load(m);
    m.run();
    int tasks =
        m.taskCount() - 2 - m.bufferActors() + (c.works() == Configuration.Works.FOREIGN ? 1 : 0);
    return Math.clamp(tasks, configuration.cpus(), 64);
  }

  /** Deals the runs out to so many carriers; what comes of the search does not depend on it. */
  public Explorer withJobs(int n) {
    if (n < 1 || n > MAX_JOBS) {
      throw new IllegalArgumentException("jobs=" + n + " is out of range; write 1 to " + MAX_JOBS);
    }
    jobs = n;
    return this;
  }

  /**
   * Makes an exhaustive search try additions to what somebody waits for in every order, as it does
   * with other changes. They commute, so it shows nothing more: it is there to be compared with.
   */
  public Explorer orderingAdditions() {
    ordersAdditions = true;
    return this;
  }

  /** How readily an exhaustive search gives branches to its other carriers. */
  Explorer withPace(Scouts.Pace p) {
    pace = p;
    return this;
  }

  /**
   * Makes the search go on where one of the same program, configuration and bounds stopped. The
   * bound on runs is then one on further runs.
   *
   * @throws IllegalArgumentException if the state is of another kind of search
   */
  public Explorer from(SearchState state) {
    if (!state.isOf(bounds)) {
      throw new IllegalArgumentException("no state of a search of kind " + bounds.selection());
    }
    before = state;
    return this;
  }

  /**
   * About how many runs the search will make, as a few runs by chance tell; it costs milliseconds.
   * For random and PCT searches, how many they may make.
   */
  public double estimate() {
    return bounds.selection() == Bounds.Selection.EXHAUSTIVE
        ? Machine.withCarrier(x -> Estimate.of(program, configuration, bounds, symptom))
        : bounds.maxSchedules();
  }

  /** Where tasks meet in one run, somebody changing what others use; most steps first. */
  public List<Conflict> conflicts() {
    return Machine.withCarrier(x -> Conflicts.of(program, configuration));
  }

  /** Makes an exhaustive search count what its schedules are for. */
  public Explorer countingMeetings() {
    meetings = new Meetings();
    return this;
  }

  /** What was counted by the last search; most schedules first. */
  public List<Meeting> meetings() {
    return meetings == null ? List.of() : meetings.all();
  }

  /** Where the last search stopped, if there is more to see and nothing was found. */
  public Optional<SearchState> stopped() {
    return Optional.ofNullable(stopped).map(Supplier::get);
  }

  /** Searches to the end, or to a bound. */
  public Result explore() {
    return explore(Watch.NOBODY);
  }

  /** Searches, while {@code watch} looks on. */
  public Result explore(Watch watch) {
    stopped = null;
    Livelocks livelocks =
        new Livelocks(program, configuration, before == null ? List.of() : before.tails());
    Judge judge = new Judge(symptom, livelocks, before);
    return Machine.withCarrier(
        x ->
            bounds.selection() == Bounds.Selection.EXHAUSTIVE
                ? exhaust(judge, watch)
                : sample(judge, watch));
  }

  /**
   * A number that two programs share if they do the same in some runs: by the machine's own choice,
   * and by chance.
   */
  public long digest() {
    return Machine.withCarrier(
        x -> {
          long digest = 0;
          for (int seed = 0; seed < DIGESTED_RUNS; seed++) {
            Recorder recorder = new Recorder(seed == 0 ? new RoundRobin() : new RandomWalk(seed));
            Machine machine = new Machine(configuration, recorder);
            program.load(machine);
            machine.run();
            digest = digest * 31 + recorder.schedule().digest();
          }
          return digest;
        });
  }

  private Result exhaust(Judge judge, Watch watch) {
    int preemptions = bounds.preemptions();
    OptimalSearch search = new OptimalSearch(program, configuration, preemptions);
    if (ordersAdditions) {
      search.orderAdditions();
    }
    if (meetings != null) {
      search.count(meetings);
    }
    if (jobs == 1) {
      return exhaust(search, judge, watch);
    }
    try (Scouts scouts =
        OptimalSearch.scouts(program, configuration, preemptions, jobs - 1, pace)) {
      search.follow(scouts);
      return exhaust(search, judge, watch);
    }
  }

  private Result exhaust(OptimalSearch search, Judge judge, Watch watch) {
    if (before != null) {
      search.restore(before.frontier());
    }
    Outcome[] bad = new Outcome[1];
    long limit =
        search.executions + Math.min(bounds.maxSchedules(), Long.MAX_VALUE - search.executions);
    DoubleSupplier planned = search::planned;
    int[] ticks = new int[1];
    OptimalSearch.Stop stop =
        search.search(
            outcome -> {
              if ((search.executions & TICK) == 0) {
                watch.at(search.executions, planned, search.maxDepth);
              }
              boolean found = judge.ends(outcome, search.executions, search::schedule);
              bad[0] = found ? outcome : null;
              return !found;
            },
            limit,
            () -> watch.isInterrupted() || ((ticks[0]++ & TICK) == 0 && watch.isLate()));
    if (stop == OptimalSearch.Stop.MAX_SCHEDULES || stop == OptimalSearch.Stop.ASKED) {
      stopped = () -> judge.state(search.save(), null);
    }
    boolean interrupted = stop == OptimalSearch.Stop.ASKED && watch.isInterrupted();
    boolean partial = search.wasBounded() || judge.cuts() > 0;
    Result.End ending =
        switch (stop) {
          case FOUND -> Result.End.VIOLATION;
          case BROKEN -> Result.End.BROKEN;
          case MAX_SCHEDULES -> Result.End.BOUND_REACHED;
          case ASKED -> interrupted ? Result.End.INTERRUPTED : Result.End.BOUND_REACHED;
          case EXHAUSTED -> partial ? Result.End.BOUND_REACHED : Result.End.EXHAUSTED;
        };
    String bound =
        switch (stop) {
          case MAX_SCHEDULES -> "max-schedules=" + bounds.maxSchedules();
          case ASKED -> interrupted ? "" : "max-time";
          case EXHAUSTED -> {
            String steps = judge.cuts() > 0 ? "steps<=" + configuration.maxSteps() : "";
            yield search.wasBounded() ? "preemptions<=" + bounds.preemptions() : steps;
          }
          default -> "";
        };
    Finding finding =
        stop == OptimalSearch.Stop.FOUND
            ? judge.livelock() != null
                ? finding(judge.livelock(), watch)
                : finding(search.executions, search.schedule(), bad[0], symptom, watch)
            : null;
    return withOther(
        judge,
        watch,
        new Result(
            ending,
            configuration,
            search.executions,
            search.redundant,
            search.maxDepth,
            search.isReduced(),
            bound,
            Optional.ofNullable(finding),
            Optional.ofNullable(search.divergence())));
  }

  private Result sample(Judge judge, Watch watch) {
    SearchState.Seeds seeds = before == null ? null : before.seeds();
    Sampler sampler = new Sampler(program, configuration, bounds, jobs, judge, watch, seeds);
    sampler.run();
    Result.End ending =
        sampler.wasInterrupted() ? Result.End.INTERRUPTED : Result.End.BOUND_REACHED;
    Finding finding = null;
    if (sampler.hasFound()) {
      ending = Result.End.VIOLATION;
      finding =
          judge.livelock() != null
              ? finding(judge.livelock(), watch)
              : finding(sampler.made(), sampler.schedule(), sampler.outcome(), symptom, watch);
    } else {
      stopped = () -> judge.state(null, sampler.save());
    }
    return withOther(
        judge,
        watch,
        new Result(
            ending,
            configuration,
            sampler.made(),
            0,
            sampler.depth(),
            false,
            sampler.bound(),
            Optional.ofNullable(finding),
            Optional.empty()));
  }

  /** What came in another way than the one that is looked for is found too, but last. */
  private Result withOther(Judge judge, Watch watch, Result r) {
    boolean ended = r.end() == Result.End.VIOLATION || r.end() == Result.End.BROKEN;
    if (ended || judge.other() == null) {
      return r;
    }
    Finding finding = finding(judge.other(), watch);
    return new Result(
        Result.End.VIOLATION,
        configuration,
        r.explored(),
        r.redundant(),
        r.depth(),
        r.reduced(),
        r.bound(),
        Optional.of(finding),
        Optional.empty());
  }

  /** A run that was seen is made again. */
  private Finding finding(SearchState.Sighting seen, Watch watch) {
    Schedule schedule = Schedule.parse(seen.schedule());
    if (seen.cycle().isEndless()) {
      return replay(seen.number(), schedule, seen.cycle());
    }
    Machine machine = new Machine(configuration, new Replay(schedule));
    program.load(machine);
    return finding(seen.number(), schedule, machine.run(), "", watch);
  }

  private Finding finding(
      long number, Schedule found, Outcome outcome, String wanted, Watch watch) {
    Minimizer minimizer = new Minimizer(program, configuration, watch::isInterrupted);
    return replay(number, minimizer.reduce(found, outcome, wanted), Cycle.NONE);
  }

  /**
   * Makes one run again, with positions and columns.
   *
   * @throws Replay.Diverged if this is another program, or another machine
   */
  public Finding replay(Schedule schedule) {
    return replay(schedule, Cycle.NONE);
  }

  /**
   * As {@link #replay(Schedule)}, of a run that goes on for ever.
   *
   * @param cycle where it is cut off
   */
  public Finding replay(Schedule schedule, Cycle cycle) {
    return Machine.withCarrier(x -> replay(0, schedule, cycle));
  }

  /**
   * As {@link #replay(Schedule, Cycle)}, watched by somebody more.
   *
   * @param watcher is given the machine before it runs
   */
  public Finding replay(Schedule schedule, Cycle cycle, Consumer<Machine> watcher) {
    return Machine.withCarrier(x -> replay(0, schedule, cycle, watcher));
  }

  /**
   * Makes a run of this program by a schedule of another one, such as the same program with its bug
   * in: choices that make no sense here are left to the machine.
   *
   * @param watcher is given the machine before it runs
   */
  public Outcome alike(Schedule schedule, Consumer<Machine> watcher) {
    return Machine.withCarrier(
        x -> {
          Machine machine = new Machine(configuration.withPositions(true), new Lenient(schedule));
          program.load(machine);
          watcher.accept(machine);
          return machine.run();
        });
  }

  private Finding replay(long number, Schedule schedule, Cycle cycle) {
    return replay(number, schedule, cycle, machine -> {});
  }

  private Finding replay(long number, Schedule schedule, Cycle cycle, Consumer<Machine> watcher) {
    Replay replay = new Replay(schedule);
    Configuration c = configuration.withPositions(true);
    Strategy strategy = cycle.isEndless() ? replay : UntilReport.of(replay, symptom);
    Machine machine = new Machine(cycle.isEndless() ? c.withMaxSteps(cycle.steps()) : c, strategy);
    program.load(machine);
    Interleaving steps = Interleaving.of(machine);
    watcher.accept(machine);
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
    if (cycle.isEndless() && outcome.end() == Outcome.End.STEP_LIMIT) {
      machine.report(cycle.report(steps));
      steps.seeReports();
      outcome =
          new Outcome(
              outcome.end(), machine.reports(), outcome.log(), cycle.steps(), outcome.now());
    }
    return new Finding(
        number, schedule, outcome, InterleavingTable.draw(steps, room).lines().toList(), cycle);
  }
}
