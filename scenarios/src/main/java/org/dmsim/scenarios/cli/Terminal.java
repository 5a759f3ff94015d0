package org.dmsim.scenarios.cli;

import java.io.Console;

/**
 * Where answers and progress go. The launcher, which can ask for each stream, tells by the property
 * {@code dmsim.terminal}: {@code out}, {@code err}, both or none, and the width behind them.
 * Without it the JDK is asked, which knows of input and output together.
 */
final class Terminal {

  private static final String PROPERTY = "dmsim.terminal";
  private static final int USUAL = 100;

  private Terminal() {}

  /** Whether standard output is one. */
  static boolean isOut() {
    return has("out");
  }

  /** Whether standard error is one. */
  static boolean isErr() {
    return has("err");
  }

  /** Whether answers are to be coloured: on a terminal, unless {@code NO_COLOR} is set. */
  static boolean isColoured() {
    return isOut() && unset("NO_COLOR") && !"dumb".equals(System.getenv("TERM"));
  }

  /** Characters a line. */
  static int width() {
    String told = System.getProperty(PROPERTY, "");
    String digits = told.replaceAll("[^0-9]", "");
    return digits.isEmpty() || digits.length() > 4 ? USUAL : Integer.parseInt(digits);
  }

  /** Characters that a line of an answer may have: any number where it goes to no terminal. */
  static int room(boolean json) {
    return isOut() && !json ? width() : Integer.MAX_VALUE;
  }

  private static boolean unset(String variable) {
    String value = System.getenv(variable);
    return value == null || value.isEmpty();
  }

  private static boolean has(String stream) {
    String told = System.getProperty(PROPERTY);
    if (told != null) {
      return told.contains(stream);
    }
    Console c = System.console();
    return c != null && c.isTerminal();
  }
}
