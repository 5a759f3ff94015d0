package org.dmsim.machine;

import java.util.List;
import org.dmsim.report.Report;

/**
 * How a run ended.
 *
 * @param end in what way
 * @param reports every report, in order
 * @param log the kernel log's lines, reports left out
 * @param steps scheduling points passed
 * @param now virtual nanoseconds at the end
 */
public record Outcome(End end, List<Report> reports, List<String> log, long steps, long now) {

  /** Ways in which a run ends. */
  public enum End {
    /** Every task ended, or sleeps as a worker without work does. */
    FINISHED,
    /** Some task waits for what no task can bring about. */
    STUCK,
    /** The bound on steps was reached. */
    STEP_LIMIT,
    /** The strategy gave the run up. */
    GIVEN_UP
  }

  /** Copies the lists. */
  public Outcome {
    reports = List.copyOf(reports);
    log = List.copyOf(log);
  }

  /** Whether nothing was found and the run was seen to its end. */
  public boolean isClean() {
    return end == End.FINISHED && reports.isEmpty();
  }
}
