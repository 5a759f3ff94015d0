package org.dmsim.scenarios.explain.lines;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stretch of a log as the kernel's messages: envelopes opened, prefixes off, wrapped lines joined
 * again.
 */
public final class LogReader {

  /** A width at which mail programs, and no kernel, wrap. */
  private static final int WRAP = 60;

  /** printk prints this many spaces where a message goes on on a line of its own. */
  private static final int PRINTK_INDENT = 10;

  private static final int LONGEST = 4000;

  /** What cannot be the end of a message. */
  private static final Pattern GOES_ON =
      Pattern.compile(
          "(?:^Hardware name: .*BIOS[^/]*|^(?:hard|soft)irqs last .*\\]|, at:|\\bat|\\bin|\\bby"
              + " task|\\bPID:|\\bpid:|\\bppid:|\\bstack:|\\bRIP:|, name:|^(?:\\? )?[\\w.]+"
              + " \\([^)]*|#\\d+: [0-9a-f]{8,16}|^(?:\\(?\\[<?[0-9a-f]{8,16}>?\\] *)+|^CPU:"
              + " .*(?:Not tainted|Tainted: [A-Z ]*))$");

  private static final Pattern BEGINS_SOMETHING =
      Pattern.compile("but task is already|which lock already|the existing dependency|\\*\\*\\* ");

  private static final Pattern TIME = Pattern.compile("\\[ *(\\d{1,7}\\.\\d{6})\\]");

  private LogReader() {}

  /** Whether the newest line comes first, as some viewers show it. */
  public static boolean isNewestFirst(List<RawLine> stretch) {
    int down = 0;
    int up = 0;
    double before = -1;
    for (RawLine r : stretch) {
      Matcher m = TIME.matcher(r.text());
      if (m.find()) {
        double now = Double.parseDouble(m.group(1));
        if (before >= 0 && now != before) {
          down += now < before ? 1 : 0;
          up += now > before ? 1 : 0;
        }
        before = now;
      }
    }
    return down >= 8 && down > 10 * up;
  }

  /** The messages of a stretch. */
  public static List<LogLine> read(List<RawLine> stretch) {
    List<Prefixes.Bare> bare = Prefixes.off(Envelope.open(stretch));
    List<LogLine> out = new ArrayList<>(bare.size());
    Prefixes.Bare before = null;
    int width = 0;
    for (Prefixes.Bare b : bare) {
      if (before != null && goesOn(before, out.getLast(), width, b)) {
        out.set(out.size() - 1, out.getLast().joined(b.line()));
        width = b.width();
        continue;
      }
      out.add(
          b.prefixed() || b.foreign() || out.isEmpty() ? b.line() : of(out.getLast(), b.line()));
      before = b;
      width = b.width();
    }
    return out;
  }

  /** A line without a prefix is its neighbour's caller's. */
  private static LogLine of(LogLine before, LogLine line) {
    return new LogLine(line.number(), line.last(), before.caller(), line.text());
  }

  /** Whether a line is the rest of the message before it. */
  private static boolean goesOn(Prefixes.Bare before, LogLine so, int width, Prefixes.Bare next) {
    String text = next.line().text();
    if (text.isEmpty()
        || next.prefixed()
        || next.foreign()
        || so.text().isEmpty()
        || so.text().length() > LONGEST
        || Math.abs(next.line().number() - so.last()) != 1
        || next.indent() >= PRINTK_INDENT && before.prefixed()
        || Prefixes.ANCHOR.matcher(text).lookingAt()
        || BEGINS_SOMETHING.matcher(text).lookingAt()) {
      return false;
    }
    int space = text.indexOf(' ');
    int word = space < 0 ? text.length() : space;
    if (before.prefixed() && width + 1 + word > WRAP) {
      return true;
    }
    return GOES_ON.matcher(so.text()).find() || text.charAt(0) == '(' && before.prefixed();
  }
}
