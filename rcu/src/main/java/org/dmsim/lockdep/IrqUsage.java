package org.dmsim.lockdep;

import org.dmsim.lockdep.DependencyGraph.Node;
import org.dmsim.machine.Task;
import org.dmsim.report.CallTrace;

/**
 * The rules on locks and interrupts: a class that is taken in an interrupt must never be taken, nor
 * anything be held that leads to it, while that interrupt is on. Mirrors {@code mark_usage}, {@code
 * mark_lock} and {@code check_irq_usage}, 6.1.
 */
final class IrqUsage {

  private IrqUsage() {}

  /**
   * Notes in what a context a lock is taken.
   *
   * @return false if a rule was broken and reported
   */
  static boolean mark(Task t, HeldLock lock, boolean positions, LockdepReports reports) {
    int read = lock.read == LockUse.WRITE ? 0 : Usage.READ;
    if (!lock.trylock) {
      if (t.role() == Task.Role.HARDIRQ
          && !mark(t, lock, Usage.USED_IN_HARDIRQ + read, positions, reports)) {
        return false;
      }
      if (servesSoftirq(t) && !mark(t, lock, Usage.USED_IN_SOFTIRQ + read, positions, reports)) {
        return false;
      }
    }
    return t.irqsDisabled || lock.sync || markOn(t, lock, positions, reports);
  }

  /** Notes that interrupts are on while a lock is held. */
  static boolean markOn(Task t, HeldLock lock, boolean positions, LockdepReports reports) {
    int read = lock.read == LockUse.WRITE ? 0 : Usage.READ;
    return mark(t, lock, Usage.ENABLED_HARDIRQ + read, positions, reports)
        && (t.softirqCount() != 0
            || mark(t, lock, Usage.ENABLED_SOFTIRQ + read, positions, reports));
  }

  private static boolean servesSoftirq(Task t) {
    return (t.preemptCount & Task.SOFTIRQ_OFFSET) != 0; // with PREEMPT_RT, none runs as one
  }

  private static boolean mark(
      Task t, HeldLock lock, int bit, boolean positions, LockdepReports reports) {
    LockClass c = lock.lockClass;
    if ((c.usage & 1 << bit) != 0) {
      return true;
    }
    c.usage |= 1 << bit;
    if (positions) {
      c.usedAt[bit] = Task.callTrace();
    }
    int excluded = Usage.exclusive(bit);
    boolean read = (bit & Usage.READ) != 0;
    for (int e = excluded; e <= (read ? excluded : excluded + Usage.READ); e++) {
      if ((c.usage & 1 << e) != 0) {
        reports.inconsistentState(t, lock, e, bit);
        return false;
      }
    }
    return checkInversion(t, lock, bit, excluded, read, reports);
  }

  /** Mirrors {@code check_usage_forwards} and {@code check_usage_backwards}. */
  private static boolean checkInversion(
      Task t, HeldLock lock, int bit, int excluded, boolean read, LockdepReports reports) {
    int mask = 1 << excluded | (read ? 0 : 1 << excluded + Usage.READ);
    Node found =
        DependencyGraph.search(lock, Usage.isIn(bit), n -> n.parent != null && uses(n, mask));
    if (found == null) {
      return true;
    }
    reports.irqInversion(t, lock, found, bit);
    return false;
  }

  /**
   * Whether a new order of two locks leads from one taken in an interrupt to one taken while it is
   * on.
   *
   * @return false if it does, which is reported then
   */
  static boolean checkOrder(Task t, HeldLock previous, HeldLock next, LockdepReports reports) {
    int[] in = new int[1];
    DependencyGraph.search(
        previous,
        false,
        n -> {
          in[0] |= seen(n) & Usage.IN_ANY;
          return false;
        });
    if (in[0] == 0) {
      return true;
    }
    int unsafe = Usage.exclusives(in[0]);
    Node on = DependencyGraph.search(next, true, n -> uses(n, unsafe));
    if (on == null) {
      return true;
    }
    int safe = Usage.exclusives(seen(on) & unsafe) & Usage.IN_ANY;
    Node from = DependencyGraph.search(previous, false, n -> uses(n, safe));
    if (from == null) {
      return true;
    }
    boolean hard = (seen(from) & seen(on) >> 2 & 0b11) != 0 || (seen(from) & 0b11) != 0;
    reports.badIrqOrder(t, previous, next, from, on, hard ? "HARDIRQ" : "SOFTIRQ");
    return false;
  }

  private static int seen(Node n) {
    return n.onlyRecursive ? n.lockClass.usage & Usage.NOT_READ : n.lockClass.usage;
  }

  private static boolean uses(Node n, int mask) {
    return (seen(n) & mask) != 0;
  }

  /** Where a bit of a class was seen first. */
  static CallTrace seenAt(LockClass c, int bit) {
    return c.usedAt[bit] == null ? CallTrace.NONE : c.usedAt[bit];
  }
}
