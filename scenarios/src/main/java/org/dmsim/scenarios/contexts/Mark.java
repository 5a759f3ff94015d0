package org.dmsim.scenarios.contexts;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.scenarios.contexts.Cell.Ends;

/** One character for what came of an operation in a context. */
enum Mark {
  ALLOWED(".", "every check keeps quiet"),
  SLEEPS("S", "sleeping function called from invalid context"),
  ATOMIC("A", "scheduling while atomic, or in a non-blocking section"),
  RCU("R", "RCU's rules: suspicious usage, or a voluntary switch in a reader"),
  LOCKDEP("L", "lockdep: wait context, order, recursion, interrupts"),
  HANGS("H", "never comes back"),
  PANICS("P", "the kernel stops");

  final String character;
  final String meaning;

  Mark(String character, String meaning) {
    this.character = character;
    this.meaning = meaning;
  }

  /** The gravest that holds of a cell. */
  static Mark of(Cell cell) {
    if (cell.ends() != Ends.RETURNS) {
      return cell.ends() == Ends.HANGS ? HANGS : PANICS;
    }
    Set<Check> checks = EnumSet.noneOf(Check.class);
    List<Report> reports = cell.reports();
    reports.forEach(r -> checks.add(r.check()));
    if (checks.contains(Check.SCHEDULING_WHILE_ATOMIC)) {
      return ATOMIC;
    }
    if (checks.contains(Check.LOCKDEP)) {
      return LOCKDEP;
    }
    if (checks.contains(Check.SLEEPING_FUNCTION)) {
      return SLEEPS;
    }
    return checks.isEmpty() ? ALLOWED : RCU;
  }
}
