package org.dmsim.context;

import org.dmsim.machine.Task;

/** Bottom halves of the CPU that the task runs on. On a real thread, nothing. */
public final class LocalBh {

  /** {@code SOFTIRQ_DISABLE_OFFSET}: bottom halves off, told from one being served. */
  public static final int DISABLE_OFFSET = 2 * Task.SOFTIRQ_OFFSET;

  private LocalBh() {}

  /** {@code local_bh_disable}. Nests. */
  public static void disable() {
    Task t = Task.current();
    if (t != null) {
      t.preemptCountAdd(DISABLE_OFFSET);
    }
  }

  /** {@code local_bh_enable}: softirqs that wait may run from here on. */
  public static void enable() {
    Task t = Task.current();
    if (t != null) {
      t.preemptCountSub(DISABLE_OFFSET);
    }
  }
}
