package org.dmsim.scenarios.explain.lines;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes off the beginning of a line what is a stamp by its own form, whoever put it there: times
 * and dates, bracketed or not, levels, caller ids, quote marks. Words are {@link Shape}'s.
 */
final class Stamps {

  private static final Pattern BRACKETED =
      Pattern.compile(
          " *(?:\\+?\\d+[.,]\\d+(?: *<[^>]*>)?s?|\\d{9,}|[^\\[\\]]*\\d\\d?:\\d\\d[^\\[\\]]*"
              + "|([TC]\\d+)(?:[ /@-][^\\[\\]]*)?|(\\d+):[\\w/.:@()-]+) *");

  private static final Pattern DATE_OR_TIME =
      Pattern.compile(
          "(?:\\d{4}[-/]\\d\\d[-/]\\d\\d(?:[T_]\\d\\d:\\d\\d(?::\\d\\d)?(?:[.,]\\d+)?"
              + "(?:Z|[+-]\\d\\d:?\\d\\d)?)?|\\d\\d[-/]\\d\\d|\\d{2}:\\d\\d:\\d\\d(?:[.,]\\d+)?"
              + "(?:Z|[+-]\\d\\d:?\\d\\d)?|\\d{9,11}\\.\\d{3,9}):?(?=[ \\t\\[<(]|$)");

  private static final Pattern KMSG =
      Pattern.compile("\\d{1,4},\\d+,\\d+,[^;\\s]*?(?:caller=([TC]\\d+))?;");

  private static final Pattern LEVEL = Pattern.compile("<(?:\\d{1,3}|[a-z]+\\.[a-z]+)>");

  private final String line;
  private int at;
  private String caller = "";
  private boolean any;

  private Stamps(String line, int from) {
    this.line = line;
    this.at = from;
  }

  /** Takes off what it can, from a place in the line. */
  static Stamps off(String line, int from) {
    Stamps s = new Stamps(line, from);
    while (s.one()) {}
    return s;
  }

  /** Where the rest begins. */
  int end() {
    return at;
  }

  /** "T55", "C0", or "". */
  String caller() {
    return caller;
  }

  /** Whether anything but spaces and quote marks was there. */
  boolean any() {
    return any;
  }

  private boolean one() {
    if (at >= line.length()) {
      return false;
    }
    char c = line.charAt(at);
    if (c == ' ' || c == '\t' || (c == '>' || c == '|') && !any) {
      at++;
      return true;
    }
    return switch (c) {
      case '<' -> take(LEVEL);
      case '[' -> bracket();
      case '(' -> core();
      default -> Character.isDigit(c) && (take(KMSG) || take(DATE_OR_TIME));
    };
  }

  private boolean take(Pattern p) {
    Matcher m = p.matcher(line).region(at, line.length());
    if (!m.lookingAt()) {
      return false;
    }
    if (m.groupCount() > 0 && m.group(1) != null) {
      caller = m.group(1);
    }
    at = m.end();
    any = true;
    return true;
  }

  private boolean bracket() {
    int close = line.indexOf(']', at);
    if (close < 0 || close - at > 48) {
      return false;
    }
    Matcher m = BRACKETED.matcher(line).region(at + 1, close);
    if (!m.matches()) {
      return false;
    }
    if (m.group(1) != null) {
      caller = m.group(1);
    } else if (m.group(2) != null) {
      caller = "T" + m.group(2);
    }
    at = close + 1;
    any = true;
    return true;
  }

  /** A core's number as vendors' kernels print it: "(2)". */
  private boolean core() {
    int close = line.indexOf(')', at);
    if (!any || close < at + 2 || close > at + 4) {
      return false;
    }
    for (int i = at + 1; i < close; i++) {
      if (!Character.isDigit(line.charAt(i))) {
        return false;
      }
    }
    at = close + 1;
    return true;
  }
}
