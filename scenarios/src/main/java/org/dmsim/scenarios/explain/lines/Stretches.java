package org.dmsim.scenarios.explain.lines;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The parts of a log in which a kernel may report something, each with some lines around it; all
 * else is passed over at once, so that a long log costs no memory.
 */
public final class Stretches {

  private static final int BEFORE = 60;
  private static final int AFTER = 80;

  /** Lines, and characters, after which a stretch ends wherever it is. */
  private static final int MOST = 20_000;

  private static final int MOST_CHARS = 8 << 20;

  private static final List<String> SIGNS =
      List.of(
          "+0x",
          "BUG",
          "all T",
          "all t",
          "ocks held",
          "lock held",
          "rcu:",
          "rcu_",
          "RCU ",
          "Voluntary",
          "scheduling",
          "Backtrace",
          ".java:",
          "[inline]",
          "\"MESSAGE\"",
          ".c:",
          "exception");

  /** What a kernel says behind words that everybody uses. */
  private static final List<String> AFTER_INFO =
      List.of(
          "task ",
          "rcu",
          "possible ",
          "suspicious ",
          "inconsistent ",
          "trying ",
          "HARDIRQ",
          "SOFTIRQ");

  private static final List<String> AFTER_WARNING =
      List.of(
          "CPU",
          "at ",
          "possible ",
          "suspicious ",
          "inconsistent ",
          "bad unlock",
          "held lock",
          "lock ",
          "HARDIRQ",
          "SOFTIRQ");

  private final LineSource source;
  private final Deque<RawLine> before = new ArrayDeque<>();
  private RawLine held;

  /** Reads on as stretches are asked for. */
  public Stretches(LineSource source) {
    this.source = source;
  }

  /** The next stretch, or null at the end. */
  public List<RawLine> next() throws IOException {
    RawLine line = held == null ? source.next() : held;
    held = null;
    while (line != null && !mayMatter(line.text())) {
      if (before.size() == BEFORE) {
        before.removeFirst();
      }
      before.addLast(line);
      line = source.next();
    }
    if (line == null) {
      return null;
    }
    List<RawLine> stretch = new ArrayList<>(before);
    before.clear();
    int quiet = 0;
    int chars = 0;
    while (line != null && quiet < AFTER) {
      boolean begins = mayBegin(line.text());
      boolean full = stretch.size() >= MOST || chars >= MOST_CHARS;
      if (full && (begins || stretch.size() >= 2 * MOST || chars >= 2 * MOST_CHARS)) {
        held = line;
        return stretch;
      }
      stretch.add(line);
      chars += line.text().length();
      quiet = mayMatter(line.text()) ? 0 : quiet + 1;
      line = source.next();
    }
    held = line;
    return stretch;
  }

  /** Whether a report may begin with a line. */
  private static boolean mayBegin(String text) {
    return text.contains("BUG: ")
        || text.contains("WARNING: ")
        || text.contains("INFO: ")
        || text.contains("cut here")
        || text.contains("======");
  }

  /**
   * Whether a line has any of the signs that a report's lines have. Cheap, and never too narrow.
   */
  static boolean mayMatter(String text) {
    for (String sign : SIGNS) {
      if (text.indexOf(sign) >= 0) {
        return true;
      }
    }
    return follows(text, "INFO: ", AFTER_INFO) || follows(text, "WARNING: ", AFTER_WARNING);
  }

  private static boolean follows(String text, String word, List<String> others) {
    int at = text.indexOf(word);
    if (at < 0) {
      return false;
    }
    for (String other : others) {
      if (text.startsWith(other, at + word.length())) {
        return true;
      }
    }
    return false;
  }
}
