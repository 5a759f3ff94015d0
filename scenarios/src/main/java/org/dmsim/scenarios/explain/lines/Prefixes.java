package org.dmsim.scenarios.explain.lines;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes off what stands before a kernel's messages. Stamps are known by their form; words, such as
 * a host's name or a file's, by this: they stand before something that only a kernel prints, and
 * neighbouring lines begin with the same.
 */
final class Prefixes {

  /** Beginnings that are a kernel's and nobody else's. */
  static final Pattern ANCHOR =
      Pattern.compile(
          "\\[ (?:INFO|BUG): "
              + "|(?:watchdog: )?BUG: (?:sleeping|scheduling|KASAN|KCSAN|KMSAN|KFENCE|soft|unable"
              + "|workqueue|spinlock|Bad|kernel|using|held|lock)"
              + "|(?:rcu: )?INFO: (?:task |rcu|possible|suspicious|inconsistent|trying|lockdep is)"
              + "|WARNING: (?:possible|suspicious|inconsistent|bad unlock|held lock|lock held|CPU: "
              + "|at |HARDIRQ|SOFTIRQ|\\S+ still has)"
              + "|(?:Call [Tt]race|Backtrace):\\s*$"
              + "|CPU: \\d+ (?:UID: \\d+ )?PID: \\d+ |Hardware name: |in_atomic\\(\\): "
              + "|preempt_count: [0-9a-f]+, |RCU nest depth: |Modules linked in:"
              + "|\\d+ locks? held by |no locks held by |#\\d+: +[0-9a-f]{8,} \\("
              + "|other info that might help|stack backtrace:|Showing all locks held"
              + "|-> #\\d+ \\(|RIP: [0-9a-f]+:|Allocated by task |Freed by task "
              + "|Workqueue: \\S+ |</?(?:TASK|IRQ|NMI)>|Voluntary context switch within"
              + "|task:\\S.* state:|Kernel panic - not syncing|---\\[ end trace ");

  /** The tag of a program in user space: it has a process id. */
  private static final Pattern PROGRAM = Pattern.compile("[\\w./@-]+\\[\\d+\\]: *$");

  /** printk's stamp. */
  private static final Pattern PRINTK = Pattern.compile("\\[ *\\d{1,7}\\.\\d{6}\\]");

  /** So many lines of a stretch are looked at one by one, to learn. */
  private static final int SAMPLE = 2000;

  private final List<RawLine> raw;
  private final List<Shape> shapes = new ArrayList<>();
  private boolean stamped;

  private Prefixes(List<RawLine> raw) {
    this.raw = raw;
    learn();
  }

  /**
   * One line with its prefix off.
   *
   * @param line with the text that is left
   * @param prefixed whether there was more before it than spaces and quote marks
   * @param foreign whether it has the beginning of its neighbours' prefix and then differs:
   *     somebody else's line in the same log
   * @param width of the line as it is in the file
   * @param indent of the text behind the prefix
   */
  record Bare(LogLine line, boolean prefixed, boolean foreign, int width, int indent) {}

  static List<Bare> off(List<RawLine> raw) {
    Prefixes p = new Prefixes(raw);
    List<Bare> out = new ArrayList<>(raw.size());
    for (RawLine r : raw) {
      out.add(p.off(r));
    }
    return out;
  }

  /** Which words stand before anchors, and before neighbours as well. */
  private void learn() {
    stamped =
        2 * raw.stream().filter(r -> PRINTK.matcher(r.text()).lookingAt()).count() > raw.size();
    Map<Shape, Integer> seen = new HashMap<>();
    for (int i = 0; i < raw.size(); i += i < SAMPLE ? 1 : 4) {
      RawLine r = raw.get(i);
      String text = r.text();
      int from = Stamps.off(text, 0).end();
      Matcher m = ANCHOR.matcher(text).region(from, text.length());
      if (!m.lookingAt() && m.find() && m.start() > from) {
        int cut = cut(text, from, m.start());
        String words = text.substring(from, cut);
        if (!words.isBlank() && cut - from <= 120 && !PROGRAM.matcher(words).find()) {
          boolean named = words.stripTrailing().endsWith("kernel:");
          seen.merge(Shape.of(words), named ? 2 : 1, Integer::sum);
        }
      }
    }
    seen.entrySet().stream()
        .filter(e -> e.getKey().hasWord() || e.getKey().tokens().size() > 1)
        .filter(e -> e.getValue() > 1 || neighbours(e.getKey()) > 1)
        .sorted((a, b) -> b.getKey().tokens().size() - a.getKey().tokens().size())
        .limit(8)
        .forEach(e -> shapes.add(e.getKey()));
  }

  /** Where the words end and stamps of the common form begin again. */
  private static int cut(String text, int from, int anchor) {
    for (int i = from; i < anchor; i++) {
      if (i == from || !Character.isLetterOrDigit(text.charAt(i - 1))) {
        if (Stamps.off(text, i).end() >= anchor) {
          return i;
        }
      }
    }
    return anchor;
  }

  private int neighbours(Shape shape) {
    int count = 0;
    int[] matched = new int[1];
    for (RawLine r : raw) {
      if (shape.end(r.text(), Stamps.off(r.text(), 0).end(), matched) >= 0) {
        count++;
      }
    }
    return count;
  }

  private Bare off(RawLine r) {
    String text = r.text();
    Stamps first = Stamps.off(text, 0);
    int at = first.end();
    String caller = first.caller();
    boolean prefixed = first.any();
    boolean foreign = false;
    int[] matched = new int[1];
    for (Shape s : shapes) {
      int end = s.end(text, at, matched);
      if (end >= 0) {
        Stamps more = Stamps.off(text, end);
        at = more.end();
        caller = more.caller().isEmpty() ? caller : more.caller();
        prefixed = true;
        foreign = false;
        break;
      }
      foreign |= matched[0] >= 3 && matched[0] * 2 >= s.tokens().size();
    }
    if (!prefixed && stamped) {
      // What another program left on the console before the kernel went on.
      Matcher m = PRINTK.matcher(text);
      if (m.find()) {
        Stamps more = Stamps.off(text, m.start());
        at = more.end();
        caller = more.caller();
        prefixed = true;
        foreign = false;
      }
    }
    int from = at;
    while (from > 0 && Character.isWhitespace(text.charAt(from - 1))) {
      from--;
    }
    String left = text.substring(at).stripTrailing();
    return new Bare(
        new LogLine(r.number(), r.number(), caller, left),
        prefixed,
        foreign,
        text.stripTrailing().length(),
        at - from);
  }
}
