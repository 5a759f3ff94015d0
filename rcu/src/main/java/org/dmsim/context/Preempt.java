package org.dmsim.context;

import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;

/** {@code preempt_disable} and {@code preempt_enable}. On a real thread, nothing. */
public final class Preempt {

  private Preempt() {}

  /** Until {@link #enable}, the task keeps its CPU, and may not sleep. Nests. */
  public static void disable() {
    Task t = Task.current();
    if (t != null) {
      t.preemptCountAdd(Task.PREEMPT_OFFSET);
    }
  }

  /** Takes one {@link #disable} back. */
  public static void enable() {
    Task t = Task.current();
    if (t != null) {
      t.preemptCountSub(Task.PREEMPT_OFFSET);
      if (t.needResched) {
        Sched.resched();
      }
    }
  }
}
