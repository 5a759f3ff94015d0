package org.dmsim.scenarios.cli;

import java.util.regex.Pattern;

/** Lines that a user can paste into a shell. */
final class CommandName {

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./-]*");

  private CommandName() {}

  /** The launcher's path as it was typed; dmsim where there is no launcher. */
  static String get() {
    return quoted(System.getProperty("dmsim.command", "dmsim"));
  }

  /** A word as a shell takes it for one: with quotes where it has blanks or the like. */
  static String quoted(String word) {
    if (word.startsWith("-") && word.length() > 1) {
      return quoted("./" + word);
    }
    return PLAIN.matcher(word).matches() || word.equals("-")
        ? word
        : "'" + word.replace("'", "'\\''") + "'";
  }
}
