package org.dmsim.scenarios.cli;

import java.io.PrintWriter;
import java.util.List;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;
import org.dmsim.report.Report;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.RunResult;
import org.dmsim.scenarios.script.FixedTwin;
import org.dmsim.scenarios.script.Script;

/** The last lines of a run: what was found, how to see it mended, how to see it again. */
final class LastLines {

  private LastLines() {}

  static Verdict verdict(RunResult result) {
    if (result.isClean()) {
      return Verdict.CLEAN;
    }
    boolean endless = result.outcome().end() == Outcome.End.STEP_LIMIT;
    return endless && result.reports().isEmpty() ? Verdict.BOUND_REACHED : Verdict.VIOLATION;
  }

  static void print(PrintWriter out, Script script, Overrides overrides, RunResult result) {
    String machine = "kernel " + machine(result.configuration());
    Verdict verdict = verdict(result);
    out.println();
    switch (verdict) {
      case CLEAN -> out.println(verdict + "  no report; " + machine);
      case BOUND_REACHED ->
          out.println(
              verdict
                  + "  the run has no end within "
                  + result.outcome().steps()
                  + " scheduling points (raise the bound: --max-steps N); "
                  + machine);
      default -> {
        out.println(machine + ": " + reports(result.reports()));
        boolean putIn = script.header().otherwise().containsValue(true); // on any kernel
        if (FixedTwin.isMended(script) && !putIn && overrides.kernel() == null) {
          out.println(
              "See it fixed: "
                  + CommandName.get()
                  + " run "
                  + CommandName.quoted(script.name())
                  + " --kernel "
                  + script.labels("fixed").getFirst());
        }
        out.println(verdict + "  see it again: " + replay(script, overrides, result));
      }
    }
  }

  /** The machine on which it came out: {@code 6.6, preempt full, 2 CPUs}. */
  static String machine(Configuration c) {
    String memory = c.memory().isWeak() ? ", memory " + c.memory() : "";
    return c.kernel() + ", preempt " + c.preemption() + ", " + c.cpus() + " CPUs" + memory;
  }

  private static String reports(List<Report> reports) {
    StringBuilder s = new StringBuilder();
    s.append(reports.size()).append(reports.size() == 1 ? " report" : " reports");
    for (Report r : reports) {
      s.append("\n  ").append(r.headline());
    }
    return s.toString();
  }

  /** The line to paste. */
  static String replay(Script script, Overrides overrides, RunResult result) {
    return CommandName.get()
        + " replay "
        + CommandName.quoted(script.name())
        + overrides.asOptions()
        + " --schedule "
        + result.schedule();
  }
}
