package org.dmsim.scenarios.explain.reports;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The line with which a report begins.
 *
 * @param kind of the report
 * @param text of the line
 * @param warning whether it is the line "WARNING: CPU: … at FILE:LINE FUNC", which may also stand
 *     under a headline of its own
 */
record Headline(ReportKind kind, String text, boolean warning) {

  private record Form(ReportKind kind, Pattern pattern) {}

  private static Form form(ReportKind kind, String regex) {
    return new Form(kind, Pattern.compile(regex));
  }

  private static final String OPEN = "^(?:WARNING: |INFO: |BUG: |\\[ (?:INFO|BUG|WARNING): )";

  private static final List<Form> FORMS =
      List.of(
          form(
              ReportKind.SLEEPING, "^(?:BUG|Debug): sleeping function called from invalid context"),
          form(ReportKind.SCHEDULING, "^(?:BUG: |bad: )?scheduling while atomic:? \\S"),
          form(
              ReportKind.VOLUNTARY_SWITCH,
              "^Voluntary context switch within RCU read-side critical section"),
          form(ReportKind.SUSPICIOUS_RCU, OPEN + "suspicious (?:RCU|rcu_\\w+\\(\\)) usage"),
          form(ReportKind.WAIT_CONTEXT, "^(?:\\[ )?BUG: Invalid wait context"),
          form(ReportKind.CIRCULAR, OPEN + "possible circular locking dependency detected"),
          form(ReportKind.RECURSIVE, OPEN + "possible recursive locking detected"),
          form(
              ReportKind.IRQ_INVERSION,
              OPEN
                  + "(?:possible irq lock inversion dependency detected|(?:HARD|SOFT)IRQ\\S*-safe"
                  + " -> (?:HARD|SOFT)IRQ\\S*-unsafe lock order detected)"),
          form(ReportKind.LOCK_STATE, OPEN + "inconsistent lock state"),
          form(ReportKind.UNLOCK_BALANCE, OPEN + "bad unlock balance detected"),
          form(
              ReportKind.LOCK_LEFT,
              OPEN
                  + "(?:lock held when returning to user space|\\S+.*/\\d+ still has locks held"
                  + "|lock held at task exit time)"),
          form(ReportKind.LOCK_FREED, OPEN + "held lock freed"),
          form(ReportKind.DOUBLE_FREE, "^BUG: KASAN: (?:double-free|invalid-free)"),
          form(ReportKind.USE_AFTER_FREE, "^BUG: KASAN: (?:slab-)?use-after-free"),
          form(
              ReportKind.HUNG_TASK,
              "^INFO: task .+:\\d+ blocked (?:in I/O wait )?for more than \\d+ seconds"),
          form(
              ReportKind.RCU_STALL,
              "^(?:rcu: )?INFO: rcu\\w* (?:self-)?detect(?:ed|s) (?:expedited )?stalls?(?: on|$)"),
          form(ReportKind.REFCOUNT, "^refcount_t: "),
          form(
              ReportKind.LIST_CORRUPTION,
              "^kernel BUG at lib/list_debug\\.c|^list_(?:add|del)(?: double add| corruption)"),
          form(
              ReportKind.OTHER,
              "^(?:watchdog: |NMI watchdog: )?BUG: \\S|^(?:NMI )?watchdog: Watchdog"
                  + " detected|^kernel BUG at |^kernel BUG in |^general protection fault|^divide"
                  + " error|^invalid opcode:|^stack segment: |^int3: |^Oops[:\\s-]|^Internal error:"
                  + " |^Unable to handle |^Kernel panic - not syncing|^UBSAN: |^bad: scheduling"
                  + " from|^Linux version \\d|^NMI backtrace for cpu|^INFO: trying to"
                  + " register|^INFO: (?:NMI|Slab|Object|Freed|Allocated) |^unreferenced"
                  + " object|^sysrq: |^WARNING: \\S+:\\d+ at |^\\S+: page allocation failure|^\\S+"
                  + " invoked oom-killer|^Unexpected kernel|^Bad mode in|^kernel tried to"
                  + " execute|^Fixing recursive fault|^kasan:"
                  + " CONFIG|^DEBUG_LOCKS_WARN_ON\\(|^WARNING: (?:kernel stack|locking bug|Nested"
                  + " lock|lock held|stack |bad|can't|held|possible|net|ODEBUG|ath|proc)|^ODEBUG:"
                  + " |^BUG kmalloc|^BUG \\S+ \\(|^\\[ BUG: |^Showing busy workqueues"));

  private static final Pattern WARNING =
      Pattern.compile("^WARNING: (?:CPU: \\d+ PID: \\d+ )?at (\\S+):\\d+(?: (?:\\.)?([\\w.]+))?");

  /** WARNING: FILE:LINE at FUNC+0x.., since 6.17. */
  private static final Pattern NEW_WARNING =
      Pattern.compile("^WARNING: (\\S+\\.[chS]):\\d+ at ([\\w.]+)");

  static Headline of(String text) {
    if (text.length() < 8 || !maybe(text)) {
      return null;
    }
    Matcher w = WARNING.matcher(text);
    boolean warning = w.find();
    if (!warning) {
      w = NEW_WARNING.matcher(text);
      warning = w.find();
    }
    if (!warning && text.startsWith("WARNING: CPU: ")) {
      return new Headline(ReportKind.OTHER, text, true); // cut
    }
    if (warning) {
      return new Headline(ofWarning(w.group(1), w.group(2) == null ? "" : w.group(2)), text, true);
    }
    for (Form f : FORMS) {
      if (f.pattern().matcher(text).find()) {
        return new Headline(f.kind(), text, false);
      }
    }
    return null;
  }

  private static ReportKind ofWarning(String file, String function) {
    if (file.endsWith("kernel/rcu/tree_plugin.h") && function.startsWith("rcu_note_context_switch")
        || file.endsWith("kernel/rcutree_plugin.h") && function.startsWith("rcu_note_context")) {
      return ReportKind.VOLUNTARY_SWITCH;
    }
    if (file.endsWith("kernel/rcu/srcutree.c") || file.endsWith("kernel/rcu/srcu.c")) {
      return ReportKind.SRCU_MISUSE;
    }
    if (file.endsWith("lib/refcount.c")) {
      return ReportKind.REFCOUNT;
    }
    if (file.endsWith("lib/list_debug.c")) {
      return ReportKind.LIST_CORRUPTION;
    }
    return ReportKind.OTHER;
  }

  /** A quick look: most lines are no headlines. */
  private static boolean maybe(String text) {
    if (Character.isLowerCase(text.charAt(0))) {
      int offset = text.indexOf("+0x");
      int space = text.indexOf(' ');
      if (space < 0 || offset > 0 && offset < space) {
        return false; // a line of a stack
      }
    }
    return switch (text.charAt(0)) {
      case 'B',
          'W',
          'I',
          'V',
          '[',
          'r',
          'U',
          'K',
          'k',
          'g',
          'l',
          'b',
          's',
          'd',
          'i',
          'O',
          'L',
          'N',
          'w',
          'D',
          'F',
          'S',
          'u' ->
          true;
      default -> text.contains("oom-killer") || text.contains("allocation failure");
    };
  }
}
