package org.dmsim.scenarios.explain.meaning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.scenarios.explain.reports.HeldLock;
import org.dmsim.scenarios.explain.reports.LockTable;
import org.dmsim.scenarios.explain.reports.LockTable.Owner;
import org.dmsim.scenarios.explain.reports.ReportKind;

/**
 * Names who holds what a hung task waits for, where the table of all locks leaves no doubt.
 *
 * <p>lockdep enters a lock into a task's list before the task has it: what a task waits for is the
 * last of its list, taken "at" the function in which it waits.
 */
final class Holders {

  private final List<Finding> findings;
  private final List<LockTable> tables;

  Holders(List<Finding> findings, List<LockTable> tables) {
    this.findings = findings;
    this.tables = tables;
  }

  void name() {
    for (int i = 0; i < findings.size(); i++) {
      Finding f = findings.get(i);
      if (f.report().kind() == ReportKind.HUNG_TASK) {
        LockTable table = after(f.report().line());
        if (table != null) {
          findings.set(i, withHolder(f, table));
        }
      }
    }
  }

  /** The first table that follows a line. */
  private LockTable after(int line) {
    for (LockTable t : tables) {
      if (t.line() > line) {
        return t;
      }
    }
    return null;
  }

  private Finding withHolder(Finding f, LockTable table) {
    Owner own = owner(table, f.task());
    if (own == null || own.locks().isEmpty()) {
      return f;
    }
    Finding listed = f.locks() == null ? f.listed(List.copyOf(own.locks())) : f;
    if (!waitsForLock(f)) {
      return listed;
    }
    HeldLock wanted = own.locks().getLast();
    if (!f.offender().isEmpty() && !onTheWay(f, wanted.at())) {
      return listed;
    }
    Finding g = listed.wanting(wanted);
    if (!g.heldBy().isEmpty()) {
      return g;
    }
    Map<String, Finding> hung = new HashMap<>();
    findings.forEach(h -> hung.putIfAbsent(h.task(), h));
    List<String> certain = new ArrayList<>();
    List<String> possible = new ArrayList<>();
    for (Owner o : table.owners()) {
      for (int i = 0; i < o.locks().size() && !o.task().equals(f.task()); i++) {
        if (same(o.locks().get(i), wanted)) {
          Finding other = hung.get(o.task());
          boolean last = i == o.locks().size() - 1;
          if (!last || other != null && !waitsForLock(other)) {
            certain.add(o.task());
          } else if (other == null) {
            possible.add(o.task());
          } // else it waits for the same
        }
      }
    }
    List<String> one = (certain.isEmpty() ? possible : certain).stream().distinct().toList();
    if (one.size() != 1) {
      return g;
    }
    return g.heldBy(
        one.getFirst(),
        "the table of locks (line %d) lists %s for it".formatted(table.line(), wanted.name()));
  }

  private static boolean waitsForLock(Finding f) {
    return f.waitsFor().matches("(?:mutex|rwsem|per-CPU rwsem|rt_mutex|semaphore|spinlock).*");
  }

  private static boolean onTheWay(Finding f, String at) {
    return f.stack().stream().limit(12).anyMatch(s -> s.symbol().equals(at));
  }

  private static boolean same(HeldLock a, HeldLock b) {
    if (a.hasAddress() && b.hasAddress()) {
      return a.address().equals(b.address());
    }
    // Without addresses only a lock that there is but once can be told from others of its class.
    return a.name().equals(b.name()) && a.name().matches("[a-z_]\\w*");
  }

  static Owner owner(LockTable table, String task) {
    for (Owner o : table.owners()) {
      if (o.task().equals(task)) {
        return o;
      }
    }
    return null;
  }
}
