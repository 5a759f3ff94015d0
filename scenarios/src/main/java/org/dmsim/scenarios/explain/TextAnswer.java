package org.dmsim.scenarios.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.dmsim.scenarios.explain.bugs.KnownBug;
import org.dmsim.scenarios.explain.meaning.Finding;
import org.dmsim.scenarios.explain.meaning.Log;
import org.dmsim.scenarios.explain.meaning.Reason;
import org.dmsim.scenarios.explain.meaning.Understanding;
import org.dmsim.scenarios.explain.reports.Frame;
import org.dmsim.scenarios.explain.reports.HeldLock;
import org.dmsim.scenarios.explain.reports.Report;
import org.dmsim.scenarios.explain.reports.ReportKind;
import org.dmsim.scenarios.explain.reports.Section;
import org.dmsim.scenarios.museum.Rule;

/**
 * An explanation for people. Of each report the first line says who did what; below it stands what
 * in the log shows that, by line. What a general rule says, and not the log, is marked "(rule)".
 */
public final class TextAnswer {

  private static final int WIDTH = 100;
  private static final int LABEL = 14;

  private final Explanation e;
  private final UnaryOperator<String> command;
  private final List<String> out = new ArrayList<>();

  private TextAnswer(Explanation e, UnaryOperator<String> command) {
    this.e = e;
    this.command = command;
  }

  /**
   * The lines.
   *
   * @param command makes the command line that shows a scenario, from its name
   */
  public static List<String> of(Explanation e, UnaryOperator<String> command) {
    return new TextAnswer(e, command).lines();
  }

  private List<String> lines() {
    List<Integer> order = new ArrayList<>();
    if (!e.entries().isEmpty()) {
      order.add(e.main());
    }
    for (int i = 0; i < e.entries().size(); i++) {
      if (i != order.getFirst() && e.entries().get(i).sameAs() == null) {
        order.add(i);
      }
    }
    for (int i : order) {
      if (!out.isEmpty()) {
        out.add("");
      }
      entry(i);
    }
    WaitGraph graph = WaitGraph.of(e.entries());
    if (!graph.lines().isEmpty()) {
      out.add("");
      out.add("who waits for whom:");
      graph.lines().forEach(l -> wrap("  ", l));
    }
    if (e.newestFirst()) {
      out.add("");
      out.add("the newest line comes first in this log: it was read from its end");
    }
    notExplained();
    return out;
  }

  private void entry(int i) {
    Log.Entry entry = e.entries().get(i);
    Finding f = entry.finding();
    Report r = f.report();
    out.add(Sentence.of(f));
    say(
        "report " + (i + 1),
        lines(r.line(), r.last()) + (r.headline().isEmpty() ? "" : ": " + r.headline()));
    if (!r.mixed() && (!f.task().isEmpty() || !r.kernel().isEmpty())) {
      say("who", who(f));
    }
    if (r.mixed()) {
      say(
          "not sure",
          "lines of another report are among these, and no caller ids tell them apart:"
              + " no function, lock or reason is named");
      return;
    }
    if (entry.causes() != null) {
      say("follows from", "report " + (entry.causes() + 1) + ": " + entry.causeWhy());
    }
    reason(f);
    locks(f);
    memory(f);
    waiting(f);
    path(f);
    if (entry.count() > 1) {
      again(entry);
    }
    unsure(f);
    bug(f);
  }

  private static String lines(int first, int last) {
    return first == last ? "line " + first : "lines " + first + " to " + last;
  }

  private static String at(int line) {
    return " [line " + line + "]";
  }

  private static String who(Finding f) {
    Report r = f.report();
    List<String> parts = new ArrayList<>();
    if (!f.task().isEmpty()) {
      parts.add(f.task());
    }
    if (!r.work().isEmpty()) {
      parts.add("work " + r.work());
    }
    if (!r.kernel().isEmpty()) {
      parts.add("kernel " + r.kernel() + (Boolean.TRUE.equals(r.tainted()) ? " (tainted)" : ""));
    }
    return String.join(", ", parts);
  }

  private void reason(Finding f) {
    Report r = f.report();
    if (f.reason() != null) {
      Integer line = null;
      for (String name : List.of("RCU nest depth", "preempt_count", "in_atomic")) {
        if (f.why().startsWith(name)
            || f.why().startsWith("irqs") && name.equals("in_atomic")
            || f.why().startsWith("non_block") && name.equals("in_atomic")) {
          line = r.where().get(name);
          break;
        }
      }
      say("reason", f.why() + (line == null ? "" : at(line)));
    } else if (r.kind().isAboutSleeping() || r.kind() == ReportKind.WAIT_CONTEXT) {
      say("reason", "not in the log");
    }
    String counts = r.counts().asPrinted();
    if (!counts.isEmpty()) {
      say("counts", counts);
    }
    if (r.kind() == ReportKind.SCHEDULING
        && r.counts().preemptDepth() > 0
        && f.reason() != Reason.UNBALANCED) {
      say("", "(rule) schedule() itself accounts for 1 of the preemption depth");
    }
    for (Report.Detail d : r.details()) {
      if (r.kind() == ReportKind.SUSPICIOUS_RCU
          || r.kind() == ReportKind.WAIT_CONTEXT
          || r.kind() == ReportKind.RCU_STALL) {
        say("it says", d.text() + at(d.line()));
      }
    }
  }

  private void locks(Finding f) {
    Report r = f.report();
    HeldLock wants = f.wants();
    HeldLock holds = f.holds();
    if (wants != null) {
      say(
          r.kind() == ReportKind.UNLOCK_BALANCE
              ? "releases"
              : r.kind() == ReportKind.HUNG_TASK ? "waits for" : "takes",
          lock(wants));
    }
    if (holds != null) {
      say(r.kind().isAboutSleeping() ? "opened by" : "holds", lock(holds));
    } else if (f.reason() != null && !f.opener().isEmpty()) {
      say("opened by", f.opener());
    }
    for (Report.Link l : r.links()) {
      String taker = Takers.of(l);
      say(
          "chain",
          l.lock().name() + (taker.isEmpty() ? "" : ", taken by " + taker) + at(l.lock().line()));
    }
    Section first = r.section(Section.Part.FIRST_USE);
    if (first != null) {
      say("other use", first.title() + " " + pathOf(first.frames()) + at(first.line()));
    }
    Section safe = r.section(Section.Part.SAFE_USE);
    Section unsafe = r.section(Section.Part.UNSAFE_USE);
    if (safe != null) {
      say("interrupt", pathOf(safe.frames()) + at(safe.line()));
    }
    if (unsafe != null) {
      say("with it on", pathOf(unsafe.frames()) + at(unsafe.line()));
    }
    if (f.locks() != null) {
      List<HeldLock> also =
          f.locks().stream().filter(l -> !same(l, holds) && !same(l, wants)).toList();
      if (!also.isEmpty()) {
        say(
            holds == null && wants == null ? "holds" : "also holds",
            also.stream()
                .map(l -> l.name() + (l.at().isEmpty() ? "" : " from " + l.at()))
                .collect(Collectors.joining(", ")));
      } else if (f.locks().isEmpty()) {
        say("locks", "none is held; the log says so");
      }
    } else if (r.lockdepOff()) {
      say("locks", "lockdep is turned off: the log does not say who holds what");
    } else if (r.kind().isAboutSleeping()) {
      say("locks", "the log has no list of the locks that are held");
    }
  }

  private static boolean same(HeldLock a, HeldLock b) {
    return b != null && a.name().equals(b.name()) && a.address().equals(b.address());
  }

  private static String lock(HeldLock l) {
    return l.name() + (l.at().isEmpty() ? "" : ", at " + l.at()) + at(l.line());
  }

  private void memory(Finding f) {
    for (Section s : f.report().sections()) {
      switch (s.part()) {
        case FREED -> stack("freed", s, f.freedBy());
        case ALLOCATED -> stack("allocated", s, f.allocatedBy());
        case LAST_WORK -> stack("asked for by", s, "");
        default -> {}
      }
    }
  }

  private void stack(String label, Section s, String by) {
    String task = s.task().isEmpty() ? "" : "by task " + s.task() + ": ";
    String path = s.frames().isEmpty() ? "its stack is not in the log" : pathOf(s.frames());
    say(label, task + path + at(s.line()));
  }

  private static String pathOf(List<Frame> frames) {
    return names(frames.stream().filter(Frame::sure).toList());
  }

  /** From outside to inside, without what only prints the report. */
  private static String names(List<Frame> frames) {
    List<String> names = Understanding.withoutReporters(frames);
    return String.join(" → ", names.reversed());
  }

  private void waiting(Finding f) {
    if (f.report().kind() != ReportKind.HUNG_TASK) {
      return;
    }
    if (!f.heldBy().isEmpty()) {
      say("held by", f.heldBy() + ": " + f.heldByWhy());
    } else if (f.waitsFor().matches("(?:mutex|rwsem|per-CPU|semaphore).*")) {
      say("held by", "not in the log");
    }
  }

  private void path(Finding f) {
    if (f.stack().isEmpty()) {
      return;
    }
    boolean sure = f.stack().stream().anyMatch(Frame::sure);
    int first = f.stack().getFirst().line();
    int last = f.stack().getLast().line();
    say("path", names(f.stack()) + " [" + lines(first, last) + "]");
    if (!sure) {
      say("", "every frame has a question mark: addresses found on the stack, some perhaps stale");
    }
  }

  private void again(Log.Entry entry) {
    String where = entry.lines().stream().map(String::valueOf).collect(Collectors.joining(", "));
    String tasks =
        e.entries().stream()
            .filter(o -> o.sameAs() != null && e.entries().get(o.sameAs()) == entry)
            .map(o -> o.finding().task())
            .filter(t -> !t.isEmpty() && !t.equals(entry.finding().task()))
            .distinct()
            .collect(Collectors.joining(", "));
    say(
        "again",
        "%d of the same in all, the next on line%s %s%s%s"
            .formatted(
                entry.count(),
                entry.lines().size() == 1 ? "" : "s",
                where,
                entry.count() - 1 > entry.lines().size() ? " …" : "",
                tasks.isEmpty() ? "" : "; also " + tasks));
  }

  private void unsure(Finding f) {
    Report r = f.report();
    if (r.cutBy() > 0) {
      say(
          "not sure",
          "another report begins inside it, on line "
              + r.cutBy()
              + ", and no caller ids tell their lines apart");
    } else if (r.openEnd()) {
      say(
          "not sure",
          "its stack ends before its bottom: who called the last function is not known");
    }
    if (!r.strange().isEmpty()) {
      say(
          "not read",
          "lines in it that are not its own, or not understood: " + ranges(r.strange()));
    }
  }

  private static String ranges(List<Integer> lines) {
    StringBuilder b = new StringBuilder();
    int from = -1;
    int to = -2;
    for (int n : lines) {
      if (n == to + 1) {
        to = n;
        continue;
      }
      append(b, from, to);
      from = n;
      to = n;
    }
    append(b, from, to);
    return b.toString();
  }

  private static void append(StringBuilder b, int from, int to) {
    if (from > 0) {
      b.append(b.isEmpty() ? "" : ", ").append(from).append(to > from ? " to " + to : "");
    }
  }

  private void bug(Finding f) {
    KnownBug bug = f.bug();
    if (bug != null && !bug.commit().isEmpty()) {
      String in =
          bug.fixed().isEmpty()
              ? ""
              : "; in "
                  + bug.fixed()
                  + (bug.stable().isEmpty()
                      ? ""
                      : " and stable " + String.join(", ", bug.stable()));
      say("fix", bug.commit() + " (\"" + bug.subject() + "\")" + in);
      if (!bug.lacksFix(f.report().kernel())) {
        say("", "by its number this kernel has the fix; what the log shows says that it has not");
      }
    }
    if (bug != null && !bug.note().isEmpty()) {
      say(bug.commit().isEmpty() ? "likeness" : "", "(rule) " + bug.note());
    }
    for (Rule rule : Rules.of(f)) {
      say("breaks rule " + (rule.ordinal() + 1), rule.sentence());
    }
    for (String name : Rules.scenarios(f)) {
      say("see one", command.apply(name));
    }
  }

  private void notExplained() {
    if (e.unreadCount() > 0) {
      out.add("");
      out.add("not explained, of kinds that dmsim does not read:");
      for (Log.Unread u : e.unread().subList(0, Math.min(20, e.unread().size()))) {
        wrap("  ", lines(u.line(), u.last()) + ": " + u.headline());
      }
      if (e.unreadCount() > 20) {
        out.add("  and " + (e.unreadCount() - 20) + " more");
      }
    }
    if (e.dropped() > 0) {
      out.add("");
      out.add(e.dropped() + " more reports, all different, are left out");
    }
  }

  private void say(String label, String text) {
    String head = "  %-" + LABEL + "s ";
    wrap(head.formatted(label.isEmpty() ? "" : label + ":"), text);
  }

  /** Breaks at spaces; what has none longer than a line stays whole. */
  private void wrap(String head, String text) {
    StringBuilder line = new StringBuilder(head);
    int used = 0;
    for (String word : text.split(" ")) {
      if (used > 0 && line.length() + 1 + word.length() > WIDTH) {
        out.add(line.toString().stripTrailing());
        line = new StringBuilder(" ".repeat(head.length()));
        used = 0;
      }
      line.append(used > 0 ? " " : "").append(word);
      used++;
    }
    out.add(line.toString().stripTrailing());
  }
}
