package org.dmsim.scenarios.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time as a user writes it: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}; plain seconds.
 *
 * @param text as written
 * @param nanoseconds how long that is
 */
record TimeLimit(String text, long nanoseconds) {

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)?");

  /**
   * Reads an option's value.
   *
   * @throws UsageError if it is no time, or none at all
   */
  static TimeLimit parse(String option, String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches() || Long.parseLong(m.group(1)) == 0) {
      throw new UsageError(option + ": '" + text + "' is no time; write 30s, 5m, 2h or 500ms");
    }
    long unit =
        switch (m.group(2) == null ? "s" : m.group(2)) {
          case "ms" -> 1_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> 1_000_000_000L;
        };
    return new TimeLimit(text, Math.multiplyExact(Long.parseLong(m.group(1)), unit));
  }
}
