package org.dmsim.scenarios.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the prefixes off a log: syslog, journal, priority, time, caller. */
final class LogReader {

  private static final Pattern JOURNAL =
      Pattern.compile(
          "^(?:[A-Z][a-z]{2} +\\d+ [\\d:.]{8,}|\\d{4}-\\d\\d-\\d\\d[T ][\\d:.,+\\-Z]+)"
              + " \\S+ ([^\\s:\\[]+)(?:\\[\\d+\\])?: ?");
  private static final Pattern TIME =
      Pattern.compile("^(?:<\\d+>)?\\[ *(?:\\d+\\.\\d+|[A-Z][a-z]{2} [A-Z][a-z]{2} [^\\]]*)\\] ?");
  private static final Pattern PRIORITY = Pattern.compile("^<\\d+>");
  private static final Pattern CALLER = Pattern.compile("^\\[ *([TC]\\d+)\\] ?");

  private LogReader() {}

  /** The lines; an escaped line feed, as journals write it, begins another line. */
  static List<LogLine> read(String log) {
    List<LogLine> lines = new ArrayList<>();
    int number = 0;
    for (String raw : log.lines().toList()) {
      number++;
      String rest = raw;
      boolean kernel = true;
      Matcher journal = JOURNAL.matcher(rest);
      if (journal.find()) {
        kernel = journal.group(1).equals("kernel");
        rest = rest.substring(journal.end());
      }
      rest = without(TIME, rest);
      rest = without(PRIORITY, rest);
      String caller = "";
      Matcher m = CALLER.matcher(rest);
      if (m.find()) {
        caller = m.group(1);
        rest = rest.substring(m.end());
      }
      for (String part : rest.split("\\\\x0a|\\\\n")) {
        lines.add(new LogLine(number, caller, kernel, part.strip()));
      }
    }
    return lines;
  }

  private static String without(Pattern prefix, String text) {
    Matcher m = prefix.matcher(text);
    return m.find() ? text.substring(m.end()) : text;
  }
}
