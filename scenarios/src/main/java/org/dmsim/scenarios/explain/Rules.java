package org.dmsim.scenarios.explain;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.scenarios.explain.meaning.Finding;
import org.dmsim.scenarios.explain.meaning.Reason;
import org.dmsim.scenarios.explain.reports.Frame;
import org.dmsim.scenarios.explain.reports.HeldLock;
import org.dmsim.scenarios.explain.reports.ReportKind;
import org.dmsim.scenarios.museum.Rule;

/** The rules of table lookup that a log carries, and the scenarios that show the like. */
final class Rules {

  private Rules() {}

  static List<Rule> of(Finding f) {
    List<Rule> rules = new ArrayList<>();
    ReportKind kind = f.report().kind();
    if (f.reason() == Reason.RCU && kind != ReportKind.WAIT_CONTEXT) {
      rules.add(Rule.NO_BLOCKING_ALLOCATION_UNDER_RCU);
    }
    if (kind == ReportKind.RECURSIVE && Boolean.TRUE.equals(f.sameInstance())) {
      rules.add(Rule.HOLD_NOTHING_THAT_THE_WAKER_NEEDS);
    }
    if (isBracket(f)) {
      rules.add(Rule.CLOSE_WHAT_YOU_OPENED);
    }
    if (f.bug() != null) {
      f.bug().rules().stream()
          .map(Rule::valueOf)
          .filter(r -> !rules.contains(r))
          .forEach(rules::add);
    }
    return rules;
  }

  static List<String> scenarios(Finding f) {
    if (f.bug() != null) {
      return f.bug().scenarios();
    }
    if (isBracket(f)) {
      return f.report().kind() == ReportKind.UNLOCK_BALANCE
          ? List.of("doubled-put", "bracket-decided-twice")
          : List.of("forgotten-put");
    }
    return List.of();
  }

  /** Whether device-mapper's own bracket was closed once too often, or not at all. */
  private static boolean isBracket(Finding f) {
    HeldLock lock = f.report().kind() == ReportKind.UNLOCK_BALANCE ? f.wants() : f.holds();
    boolean kind =
        f.report().kind() == ReportKind.UNLOCK_BALANCE || f.report().kind() == ReportKind.LOCK_LEFT;
    return kind
        && lock != null
        && (lock.name().contains("md->io_barrier")
            || lock.name().equals("rcu_read_lock")
                && f.stack().stream()
                    .map(Frame::symbol)
                    .anyMatch(
                        s ->
                            s.startsWith("dm_get_live_table")
                                || s.startsWith("dm_put_live_table")));
  }
}
