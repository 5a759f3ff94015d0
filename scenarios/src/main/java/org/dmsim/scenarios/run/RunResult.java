package org.dmsim.scenarios.run;

import java.util.List;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;
import org.dmsim.report.Report;
import org.dmsim.strategy.Schedule;

/**
 * One run of a script, at its end.
 *
 * @param configuration the machine that it ran on
 * @param outcome how it ended, and what was found
 * @param schedule its choices
 * @param unexpected answers that the script expects otherwise, a line each
 */
public record RunResult(
    Configuration configuration, Outcome outcome, Schedule schedule, List<String> unexpected) {

  /** Copies the list. */
  public RunResult {
    unexpected = List.copyOf(unexpected);
  }

  /** Everything that was found, in order. */
  public List<Report> reports() {
    return outcome.reports();
  }

  /** Whether nothing was found and the run was seen to its end. */
  public boolean isClean() {
    return outcome.isClean();
  }
}
