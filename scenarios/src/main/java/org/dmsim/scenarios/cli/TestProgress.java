package org.dmsim.scenarios.cli;

import java.io.PrintStream;

/** How far {@code dmsim test} has come: a line of the terminal that makes room for results. */
final class TestProgress {

  private final PrintStream terminal;
  private int written;

  /**
   * Writes to a terminal.
   *
   * @param terminal null for none
   */
  TestProgress(PrintStream terminal) {
    this.terminal = terminal;
  }

  /** The script whose turn it is, and what is known so far. */
  void at(String script, TestResults soFar) {
    String line = soFar.summary() + "; now " + script;
    int room = Math.max(1, Terminal.width() - 1);
    show(line.length() <= room ? line : line.substring(0, room));
  }

  /** Takes the line away. */
  void clear() {
    if (written > 0) {
      show("");
      show("");
    }
  }

  private void show(String line) {
    if (terminal != null) {
      terminal.print("\r" + line + " ".repeat(Math.max(0, written - line.length())));
      terminal.flush();
      written = line.length();
    }
  }
}
