package org.dmsim.context;

import org.dmsim.lockdep.HeldLocks;
import org.dmsim.machine.Task;
import org.dmsim.report.Report;

/** What a task's counts say of where it is; mirrors include/linux/preempt.h, 6.1. */
public final class ExecutionContext {

  private ExecutionContext() {}

  /** {@code in_atomic()}. */
  public static boolean inAtomic(Task t) {
    return t.preemptCount != 0;
  }

  /** {@code in_hardirq()}. */
  public static boolean inHardirq(Task t) {
    return (t.preemptCount & Task.HARDIRQ_MASK) != 0;
  }

  /** {@code in_serving_softirq()}. */
  public static boolean inServingSoftirq(Task t) {
    return (t.softirqCount() & Task.SOFTIRQ_OFFSET) != 0;
  }

  /** {@code !in_task()}: a hardware interrupt or a softirq is being served. */
  public static boolean inHandler(Task t) {
    return inHardirq(t) || inServingSoftirq(t);
  }

  /** {@code in_softirq()}: one is being served, or bottom halves are off. */
  public static boolean inSoftirq(Task t) {
    return t.softirqCount() != 0;
  }

  /** {@code in_interrupt()}. */
  public static boolean inInterrupt(Task t) {
    return t.inInterrupt();
  }

  /** {@code rcu_preempt_depth()}: 0 where RCU does not count its readers. */
  public static int rcuPreemptDepth(Task t) {
    return HeldLocks.of(t).lockdep().hasPreemptibleRcu() ? t.rcuReadLockNesting : 0;
  }

  /** The counts and locks that a report shows. */
  public static Report.Counts counts(Task t) {
    return HeldLocks.of(t).counts();
  }
}
