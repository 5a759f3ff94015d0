package org.dmsim.scenarios.cli;

import java.io.PrintWriter;
import java.util.List;
import org.dmsim.report.Report;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.ScriptTasks;
import org.dmsim.scenarios.script.Step;

/**
 * Prints a run as it happens: each command with its answer as a recording shows them, each report
 * as the kernel's log shows it. Where the answer does not come right below its command, it names
 * the command again.
 */
final class RunTranscript implements Listener {

  private final PrintWriter out;
  private final boolean traced;
  private Step open;

  /** With {@code traced}, events come as they happen, and not once more behind the answers. */
  RunTranscript(PrintWriter out, boolean traced) {
    this.out = out;
    this.traced = traced;
  }

  @Override
  public void begins(String task, Step step) {
    out.println(prompt(task, '>') + step.text());
    open = step;
    out.flush();
  }

  @Override
  public void answers(String task, Step step, List<String> lines) {
    if (open != step) {
      out.println(prompt(task, '<') + step.text());
    }
    open = null;
    for (String line : lines) {
      if (!traced || !line.startsWith("ev: ")) {
        out.println("  " + line);
      }
    }
  }

  @Override
  public void others(String name, List<String> lines) {
    if (!traced) {
      out.println(name + ":");
      lines.forEach(line -> out.println("  " + line));
    }
  }

  @Override
  public void traces(String line) {
    out.println(line);
  }

  @Override
  public void reports(Report report) {
    report.lines().forEach(out::println);
    out.flush();
  }

  private static String prompt(String task, char mark) {
    return (task.equals(ScriptTasks.MAIN) ? "" : task) + mark + ' ';
  }
}
