package org.dmsim.explore;

import java.util.List;
import org.dmsim.machine.Outcome;
import org.dmsim.report.Report;
import org.dmsim.strategy.Schedule;

/**
 * A run that was not clean, reduced to few context switches and made once more with positions.
 *
 * @param number which run of the search it was, from 1
 * @param schedule its choices
 * @param outcome how it ended
 * @param columns the run as a table, a column for each task
 * @param cycle where it was cut off, if it goes on for ever
 */
public record Finding(
    long number, Schedule schedule, Outcome outcome, List<String> columns, Cycle cycle) {

  /** Copies the list. */
  public Finding {
    columns = List.copyOf(columns);
  }

  /** The line by which people know it. */
  public String headline() {
    return outcome.reports().isEmpty()
        ? "a run without an end"
        : outcome.reports().getFirst().headline();
  }

  /** Everything that was reported, in order. */
  public List<Report> reports() {
    return outcome.reports();
  }
}
