package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.dmsim.machine.Configuration;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.Report;
import org.dmsim.scenarios.script.Expectation;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;

/** Holds a script against its {@code expect} lines: one run for each machine that they name. */
public final class ExpectationCheck {

  private ExpectationCheck() {}

  /**
   * What came of one machine.
   *
   * @param name script and machine
   * @param failures what was expected and what came, a line each; none if all is as expected
   * @param wrong whether the script itself is wrong, so that nothing is known of the model
   */
  public record Result(String name, List<String> failures, boolean wrong) {

    /** A script that makes no sense: one line that says where and why. */
    public static Result wrong(String name, ScriptError e) {
      return new Result(name, List.of(e.getMessage()), true);
    }

    /** Whether all is as expected. */
    public boolean passed() {
      return failures.isEmpty();
    }

    /** Copies the list. */
    public Result {
      failures = List.copyOf(failures);
    }
  }

  /** Runs the script on every machine that its expectations name. */
  public static List<Result> of(Script script, Overrides overrides) {
    List<Result> results = new ArrayList<>();
    of(script, overrides, results::add);
    return results;
  }

  /** As {@link #of(Script, Overrides)}; {@code each} hears a result as soon as it is there. */
  public static void of(Script script, Overrides overrides, Consumer<Result> each) {
    Map<Overrides, List<Expectation>> byMachine = new LinkedHashMap<>();
    for (Expectation e : script.expectations()) {
      Overrides o = e.kernel() == null ? overrides : overrides.withKernel(e.kernel());
      o = e.preemption() == null ? o : o.withPreemption(e.preemption());
      byMachine.computeIfAbsent(o, k -> new ArrayList<>()).add(e);
    }
    if (byMachine.isEmpty()) {
      byMachine.put(overrides, List.of());
    }
    byMachine.forEach((o, expected) -> each.accept(check(script, o, expected)));
  }

  private static Result check(Script script, Overrides overrides, List<Expectation> expected) {
    Configuration c = overrides.apply(script.header());
    String name =
        script.name() + " on " + c.kernel() + " preempt=" + c.preemption() + " cpus=" + c.cpus();
    try {
      return new Result(name, failures(script, overrides, expected), false);
    } catch (ScriptError e) {
      return Result.wrong(name, e);
    } catch (DmsimFault f) {
      if (f.getCause() instanceof ScriptError e) {
        return Result.wrong(name, e);
      }
      throw f;
    }
  }

  private static List<String> failures(
      Script script, Overrides overrides, List<Expectation> expected) {
    RunResult run = new ScriptRun(script, overrides, Listener.NONE).tested().run();
    List<String> failures = new ArrayList<>(run.unexpected());
    List<String> texts = new ArrayList<>();
    for (Expectation e : expected) {
      switch (e.what()) {
        case CLEAN -> {
          if (!run.isClean()) {
            failures.add(e.place() + ": expected clean, got " + found(run));
          }
        }
        case VIOLATION -> {
          if (run.isClean()) {
            failures.add(e.place() + ": expected a violation, got a clean run");
          }
        }
        case REPORT -> texts.add(e.text());
        case SCHEDULES -> ScheduleCount.check(script, overrides, e).ifPresent(failures::add);
      }
    }
    if (!texts.isEmpty()) {
      checkReports(expected, texts, run, failures);
    }
    return failures;
  }

  private static void checkReports(
      List<Expectation> expected, List<String> texts, RunResult run, List<String> failures) {
    List<Report> reports = run.reports();
    boolean same = reports.size() == texts.size();
    for (int i = 0; same && i < texts.size(); i++) {
      same = reports.get(i).headline().contains(texts.get(i));
    }
    if (!same) {
      failures.add(
          expected.getFirst().place()
              + ": expected the reports "
              + String.join(" | ", texts)
              + ", got "
              + found(run));
    }
  }

  private static String found(RunResult run) {
    if (run.reports().isEmpty()) {
      return run.isClean() ? "a clean run" : "a run that ended " + run.outcome().end();
    }
    return String.join(" | ", run.reports().stream().map(Report::headline).toList());
  }
}
