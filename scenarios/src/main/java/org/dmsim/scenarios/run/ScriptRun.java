package org.dmsim.scenarios.run;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Strategy;
import org.dmsim.report.DmsimFault;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.strategy.LongestWaiting;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.strategy.Recorder;
import org.dmsim.strategy.Replay;
import org.dmsim.strategy.Schedule;

/** Runs a script once. */
public final class ScriptRun {

  /** Scheduling points that a run may take for each command of its script, and then ends. */
  public static final long STEPS_PER_COMMAND = 50_000;

  /** And for a script as such. */
  private static final long STEPS = 200_000;

  private final Script script;
  private final Overrides overrides;
  private final Listener listener;
  private boolean trace;
  private BioWay followed;
  private Path images;
  private ScriptTasks.Answers answers = ScriptTasks.Answers.MEANT;
  private boolean positions = true;
  private Observer observer;
  private Consumer<Machine> watcher = machine -> {};

  /** A run of a script, on the machine that it asks for unless overridden. */
  public ScriptRun(Script script, Overrides overrides, Listener listener) {
    this.script = script;
    this.overrides = overrides;
    this.listener = listener;
  }

  /** Takes every answer as it comes: a recorded case may ask for what a script gets wrong. */
  public ScriptRun recorded() {
    return recorded(Path.of(""));
  }

  /**
   * As {@link #recorded()}.
   *
   * @param directory where the files of {@code image} are
   */
  public ScriptRun recorded(Path directory) {
    images = directory;
    answers = ScriptTasks.Answers.RECORDED;
    return this;
  }

  /** Notes which answers are not those that the script expects, where it expects some. */
  ScriptRun tested() {
    answers = ScriptTasks.Answers.TESTED;
    return this;
  }

  /**
   * Notes no call traces, which is where most of a run's time goes; reports have headlines only.
   */
  public ScriptRun withoutPositions() {
    positions = false;
    return this;
  }

  /** Lets {@code o} watch every step of the run. */
  public ScriptRun observing(Observer o) {
    observer = o;
    return this;
  }

  /** Gives {@code w}, too, the machine before it runs, with its disks and modules. */
  public ScriptRun watchedBy(Consumer<Machine> w) {
    watcher = watcher.andThen(w);
    return this;
  }

  /** Has the listener hear every block event, as blkparse prints it. */
  public ScriptRun tracing(boolean on) {
    trace = on;
    return this;
  }

  /**
   * Has the listener hear the way of one bio only.
   *
   * @param way its number: bios are counted from 1 as they are first queued
   */
  public ScriptRun following(int way) {
    followed = new BioWay(way);
    return this;
  }

  private Consumer<BlockEvent> tracer() {
    if (followed != null) {
      return e -> followed.line(e).ifPresent(listener::traces);
    }
    Blkparse blkparse = new Blkparse();
    return trace ? e -> listener.traces(blkparse.line(e)) : e -> {};
  }

  /** The machine that it runs on. */
  public Configuration configuration() {
    long bound = STEPS + STEPS_PER_COMMAND * script.steps().size();
    return overrides
        .apply(script.header())
        .withMaxSteps(overrides.maxSteps() == 0 ? bound : overrides.maxSteps())
        .withPositions(positions);
  }

  /**
   * Runs it by the schedule that the script and the overrides ask for.
   *
   * @throws ScriptError where a command makes no sense when its turn comes
   */
  public RunResult run() {
    return run(strategy());
  }

  /**
   * Makes a recorded run again.
   *
   * @throws Replay.Diverged if this is another program, or another machine
   */
  public RunResult replay(Schedule schedule) {
    Replay replay = new Replay(schedule);
    RunResult result = run(replay);
    replay.verify();
    return result;
  }

  private Strategy strategy() {
    Long seed = overrides.seed() != null ? overrides.seed() : script.header().seed();
    if (seed != null) {
      return new RandomWalk(seed);
    }
    return script.header().prefer().isEmpty()
        ? new LongestWaiting()
        : new Preferring(script.header().prefer());
  }

  private RunResult run(Strategy strategy) {
    Recorder recorder = new Recorder(strategy);
    Configuration configuration = configuration();
    Machine machine = new Machine(configuration, recorder);
    if (observer != null) {
      machine.observe(observer);
    }
    KernelCommands commands = KernelCommands.boot(script, machine);
    machine.events().hear(BlockEvent.class, tracer());
    if (answers == ScriptTasks.Answers.RECORDED) {
      commands.recorded(images);
    }
    ScriptTasks tasks = new ScriptTasks(script, machine, commands, listener, answers);
    watcher.accept(machine);
    Outcome outcome;
    try {
      outcome = machine.run();
    } catch (DmsimFault fault) {
      throw unwrapped(fault);
    }
    if (outcome.end() == Outcome.End.STEP_LIMIT && outcome.reports().isEmpty()) {
      outcome = Endless.look(script, configuration, recorder.schedule(), outcome);
      outcome.reports().forEach(listener::reports);
    }
    tasks.finish();
    if (followed != null && !followed.isThere()) {
      listener.traces(followed.missing());
    }
    return new RunResult(configuration, outcome, recorder.schedule(), tasks.unexpected());
  }

  /** What the script's author must know is no fault of the machine. */
  private static Error unwrapped(DmsimFault fault) {
    switch (fault.getCause()) {
      case ScriptError e -> throw e;
      case Replay.Diverged e -> throw e;
      case null, default -> {
        return fault;
      }
    }
  }
}
