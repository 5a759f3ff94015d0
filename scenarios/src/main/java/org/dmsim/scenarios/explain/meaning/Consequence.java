package org.dmsim.scenarios.explain.meaning;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.scenarios.explain.reports.Frame;
import org.dmsim.scenarios.explain.reports.ReportKind;

/**
 * That a report follows from an earlier one.
 *
 * @param cause place of the earlier one
 * @param why as a sentence
 */
record Consequence(int cause, String why) {

  private static final Pattern FREED =
      Pattern.compile("is freeing memory ([0-9a-f]{8,16})-([0-9a-f]{8,16})");
  private static final Pattern BAD = Pattern.compile(" at addr ([0-9a-f]{8,16}) ");

  static Consequence of(int i, List<Finding> all) {
    Finding f = all.get(i);
    for (int j = i - 1; j >= 0; j--) {
      Consequence c = from(j, all.get(j), f);
      if (c != null) {
        return c;
      }
    }
    return null;
  }

  private static Consequence from(int j, Finding e, Finding f) {
    boolean sameTask = !f.task().isEmpty() && f.task().equals(e.task());
    ReportKind earlier = e.report().kind();
    ReportKind kind = f.report().kind();
    if (sameTask
        && f.reason() == Reason.UNBALANCED
        && (earlier == ReportKind.SCHEDULING || earlier == ReportKind.HEADLESS)
        && e.reason() != Reason.UNBALANCED) {
      return new Consequence(
          j,
          "a task that is switched away while atomic gets its count set right by the scheduler; the"
              + " unlock then takes off one too many");
    }
    if (kind.isKasan() && earlier == ReportKind.LOCK_FREED && sameTask && within(e, f)) {
      return new Consequence(j, "the memory is that which was freed with the lock in it");
    }
    if (kind == ReportKind.VOLUNTARY_SWITCH
        && (earlier == ReportKind.SCHEDULING
            || earlier == ReportKind.HEADLESS
            || earlier == ReportKind.SLEEPING)
        && sameTask
        && sameWay(e, f)
        && f.report().line() - e.report().last() < 10) {
      return new Consequence(j, "the same task switch, told by another check");
    }
    if (kind == ReportKind.HUNG_TASK
        && earlier == ReportKind.HUNG_TASK
        && f.heldBy().equals(e.task())
        && !e.task().isEmpty()) {
      return new Consequence(j, e.task() + " holds what it waits for, and hangs itself");
    }
    return null;
  }

  private static boolean within(Finding e, Finding f) {
    Matcher freed = find(FREED, e);
    Matcher bad = find(BAD, f);
    if (freed == null || bad == null) {
      return false;
    }
    long at = Long.parseUnsignedLong(bad.group(1), 16);
    return Long.compareUnsigned(at, Long.parseUnsignedLong(freed.group(1), 16)) >= 0
        && Long.compareUnsigned(at, Long.parseUnsignedLong(freed.group(2), 16)) <= 0;
  }

  private static Matcher find(Pattern p, Finding f) {
    return f.report().details().stream()
        .map(d -> p.matcher(d.text()))
        .filter(Matcher::find)
        .findFirst()
        .orElse(null);
  }

  /** Whether both stacks have the same functions from the offender on. */
  private static boolean sameWay(Finding e, Finding f) {
    return !f.offender().isEmpty() && f.offender().equals(e.offender()) && tail(e).equals(tail(f));
  }

  private static List<String> tail(Finding f) {
    return f.stack().stream()
        .map(Frame::symbol)
        .dropWhile(s -> !s.equals(f.offender()))
        .limit(8)
        .toList();
  }
}
