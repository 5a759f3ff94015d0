package org.dmsim.faults.hunt;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.ThreadProgram;
import org.dmsim.faults.ThreadTrial;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Looks for a planted fault with Lincheck's model checker, on real threads.
 *
 * <p>The claim is linearizability: a read gives the version that is live at one moment of it, a
 * replacement gives the one before. That the old version is never used after it was freed, and not
 * freed twice, is part of it: both are thrown, and no thread alone ever sees one.
 *
 * <p>Lincheck is no part of what this module needs; it must be on the class path, and the JVM be
 * started with the options that it asks for.
 */
public final class LincheckHunt {

  /** Invocations after which a fault has survived. */
  public static final int INVOCATIONS = 50_000;

  /** Invocations of a sound twin that must show nothing. */
  public static final int SOUND_INVOCATIONS = 200;

  /** Milliseconds after which Lincheck takes a run for hung, whatever else the machine does. */
  private static final long PATIENCE_MS = 600_000;

  /** What the trials under way are made of: of the thread that hunts, and of those it starts. */
  private static final InheritableThreadLocal<Supplier<? extends ThreadTrial>> TRIAL =
      new InheritableThreadLocal<>();

  private LincheckHunt() {}

  /** How a program went wrong. */
  public enum Way {
    /** It did not. */
    NOT,
    /** No order of the operations explains what they returned or threw. */
    RESULTS,
    /** The threads that were left waited for ever. */
    HUNG,
    /** Lincheck gave up for another reason; nothing is shown by it. */
    UNKNOWN
  }

  /**
   * What a hunt came to.
   *
   * @param invocations how often the program was run, the last time included
   * @param way how it went wrong then
   * @param report Lincheck's own, with the interleaving
   */
  public record Result(int invocations, Way way, String report) {

    /** Whether a real violation was found. */
    public boolean isFound() {
      return way == Way.RESULTS || way == Way.HUNG;
    }

    /** What an operation threw; else how the program went wrong, in a word. */
    public String what() {
      return report
          .lines()
          .filter(l -> l.contains("Exception: "))
          .map(l -> l.substring(l.indexOf("Exception: ") + 11).strip())
          .findFirst()
          .orElse(way == Way.HUNG ? "hung" : way == Way.RESULTS ? "wrong results" : "");
    }
  }

  /** Hunts the fault; it must have a program of threads. */
  public static Result faulty(PlantedFault fault) {
    return hunt(fault.threads(), INVOCATIONS);
  }

  /** Hunts what is not there. */
  public static Result sound(PlantedFault fault) {
    return hunt(fault.soundThreads(), SOUND_INVOCATIONS);
  }

  /** Runs a program in so many interleavings, or until it goes wrong. */
  public static Result hunt(ThreadProgram program, int invocations) {
    return check(
        program,
        new ModelCheckingOptions()
            .minimizeFailedScenario(false)
            .invocationsPerIteration(invocations)
            // How a thread finds its own counters is no part of what is checked.
            .addGuarantee(
                forClasses("org.dmsim.threads.ThreadTable", "org.dmsim.threads.Membarrier")
                    .allMethods()
                    .treatAsAtomic())
            .addGuarantee(
                forClasses(name -> program.whole().stream().anyMatch(name::startsWith))
                    .allMethods()
                    .ignore()));
  }

  /** Runs a program so many times as the hardware happens to interleave it. */
  public static Result stress(ThreadProgram program, int invocations) {
    return check(
        program,
        new StressOptions().minimizeFailedScenario(false).invocationsPerIteration(invocations));
  }

  private static Result check(ThreadProgram program, Options<?, ?> options) {
    AtomicInteger made = new AtomicInteger();
    TRIAL.set(
        () -> {
          made.incrementAndGet();
          return program.trial().get();
        });
    try {
      options.invocationTimeout$lincheck(PATIENCE_MS);
      options.sequentialSpecification(Model.class);
      options.iterations(0).addCustomScenario(scenario(program)).check(Trial.class);
      return new Result(made.get(), Way.NOT, "");
    } catch (LincheckAssertionError e) {
      String report = "" + e.getMessage();
      return new Result(made.get(), way(report), report);
    } finally {
      TRIAL.remove();
    }
  }

  private static Way way(String report) {
    if (report.contains("= Invalid execution results =")) {
      return Way.RESULTS;
    }
    return report.contains("= The execution has hung =") ? Way.HUNG : Way.UNKNOWN;
  }

  private static ExecutionScenario scenario(ThreadProgram program) {
    List<List<Actor>> threads = new ArrayList<>();
    int version = 0;
    for (List<String> names : program.threads()) {
      List<Actor> actors = new ArrayList<>();
      for (String name : names) {
        List<Object> arguments = name.equals("replace") ? List.of(++version) : List.of();
        actors.add(new Actor(method(name), arguments, false, false, false, false, false));
      }
      threads.add(actors);
    }
    return new ExecutionScenario(List.of(), threads, List.of(), null);
  }

  private static Method method(String name) {
    for (Method m : Trial.class.getMethods()) {
      if (m.getName().equals(name) && m.isAnnotationPresent(Operation.class)) {
        return m;
      }
    }
    throw new IllegalArgumentException("no operation " + name);
  }

  /** What is checked; made by Lincheck for each invocation. */
  public static class Trial {
    private final ThreadTrial trial = TRIAL.get().get();

    /** {@link ThreadTrial#read}. */
    @Operation
    public int read() {
      return trial.read();
    }

    /** {@link ThreadTrial#readFast}. */
    @Operation
    public int readFast() {
      return trial.readFast();
    }

    /** {@link ThreadTrial#replace}. */
    @Operation
    public int replace(@Param(gen = IntGen.class) int version) {
      return trial.replace(version);
    }
  }

  /** What it must look like from outside. */
  public static class Model {
    private int version;

    /** The live version. */
    public int read() {
      return version;
    }

    /** The live version. */
    public int readFast() {
      return version;
    }

    /** Puts another in; returns the one before. */
    public int replace(int fresh) {
      int old = version;
      version = fresh;
      return old;
    }
  }
}
