package org.dmsim.scenarios.run;

import java.util.List;
import org.dmsim.report.Report;
import org.dmsim.scenarios.script.Step;

/** Hears what happens in a run, as it happens. */
public interface Listener {

  /** A listener that does not care. */
  Listener NONE = new Listener() {};

  /** A task begins a command. */
  default void begins(String task, Step step) {}

  /** A task has the answer to a command: its lines, then events, then the kernel log. */
  default void answers(String task, Step step, List<String> lines) {}

  /**
   * Events and log lines of somebody who makes no command, while several tasks run: a worker, say.
   */
  default void others(String name, List<String> lines) {}

  /** A check has made a report. */
  default void reports(Report report) {}

  /** A block event, as blkparse prints it; only if the run is traced. */
  default void traces(String line) {}
}
