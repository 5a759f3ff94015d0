package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The reports in a log, a real kernel's or dmsim's own, as far as the two can be compared. */
final class KernelLog {

  private static final Pattern FRAME = Pattern.compile(" ([a-z_0-9A-Z.]+)\\+.*");
  private static final Pattern LOCK =
      Pattern.compile(" #\\d+: [0-9a-f]+ \\(([^)]*)\\).* at: (\\w+).*");

  /** One report. */
  static final class Entry {
    String headline = "";
    final List<String> counts = new ArrayList<>();
    final List<String> locks = new ArrayList<>();
    final List<String> frames = new ArrayList<>();

    /** Frames from the first of these functions on, to the system call. */
    List<String> framesFrom(String... functions) {
      for (String f : functions) {
        int from = frames.indexOf(f);
        int to = frames.indexOf("__x64_sys_preadv2");
        if (from >= 0 && to >= from) {
          return frames.subList(from, to + 1);
        }
      }
      return List.of();
    }
  }

  private KernelLog() {}

  static List<Entry> ofSeed(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(KernelLog.class.getResourceAsStream("/seed/" + name))) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  static List<Entry> parse(String log) {
    List<Entry> entries = new ArrayList<>();
    Entry e = new Entry();
    for (String line : log.lines().toList()) {
      boolean bug = line.startsWith("BUG: ");
      if (bug || line.endsWith("Illegal context switch in RCU read-side critical section!")) {
        e = new Entry();
        // Files keep their names over versions, lines do not.
        e.headline = line.replaceAll("(\\.[ch]):\\d+", "$1");
        entries.add(e);
      } else if (line.startsWith("in_atomic()")) {
        e.counts.add(line.replaceAll(", pid:.*", ""));
      } else if (line.startsWith("preempt_count:") || line.startsWith("RCU nest depth:")) {
        e.counts.add(line);
      } else if (line.endsWith("</TASK>")) {
        e = entries.isEmpty() || !line.contains("/") ? e : new Entry();
      } else {
        Matcher lock = LOCK.matcher(line);
        Matcher frame = FRAME.matcher(line);
        if (lock.matches()) {
          e.locks.add(lock.group(1) + " at " + lock.group(2));
        } else if (frame.matches()) {
          e.frames.add(frame.group(1));
        }
      }
    }
    return entries;
  }

  /** Whether {@code parts} stand in {@code whole} in that order; others may stand between. */
  static boolean inOrder(List<String> parts, List<String> whole) {
    int at = 0;
    for (String w : whole) {
      if (at < parts.size() && w.equals(parts.get(at))) {
        at++;
      }
    }
    return at == parts.size();
  }
}
