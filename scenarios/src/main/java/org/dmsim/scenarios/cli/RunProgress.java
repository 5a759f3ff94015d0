package org.dmsim.scenarios.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.dmsim.report.Report;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.script.Step;

/** A sign of life from a long run whose answers do not go to the terminal. */
final class RunProgress implements Listener {

  private static final long PATIENCE = 2_000_000_000L;
  private static final long EVERY = 500_000_000L;
  private static final int WIDTH = 40;

  private final Listener answers;
  private final PrintStream terminal;
  private final LongSupplier clock;
  private long next;
  private long commands;
  private boolean shown;

  /**
   * Tells {@code answers} everything, too.
   *
   * @param clock nanoseconds
   */
  RunProgress(Listener answers, PrintStream terminal, LongSupplier clock) {
    this.answers = answers;
    this.terminal = terminal;
    this.clock = clock;
    next = clock.getAsLong() + PATIENCE;
  }

  @Override
  public void begins(String task, Step step) {
    commands++;
    long now = clock.getAsLong();
    if (now >= next) {
      next = now + EVERY;
      shown = true;
      terminal.print(String.format(Locale.ROOT, "\r%,d commands", commands));
      terminal.flush();
    }
    answers.begins(task, step);
  }

  /** Takes the line away. */
  void clear() {
    if (shown) {
      terminal.print("\r" + " ".repeat(WIDTH) + "\r");
      terminal.flush();
    }
  }

  @Override
  public void answers(String task, Step step, List<String> lines) {
    answers.answers(task, step, lines);
  }

  @Override
  public void others(String name, List<String> lines) {
    answers.others(name, lines);
  }

  @Override
  public void reports(Report report) {
    answers.reports(report);
  }

  @Override
  public void traces(String line) {
    answers.traces(line);
  }
}
