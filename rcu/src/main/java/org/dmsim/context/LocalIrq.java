package org.dmsim.context;

import org.dmsim.lockdep.HeldLocks;
import org.dmsim.machine.Task;

/** Hardware interrupts of the CPU that the task runs on. On a real thread, nothing. */
public final class LocalIrq {

  private LocalIrq() {}

  /** {@code local_irq_disable}. */
  public static void disable() {
    Task t = Task.current();
    if (t != null) {
      t.setIrqsDisabled(true);
    }
  }

  /** {@code local_irq_enable}. */
  public static void enable() {
    Task t = Task.current();
    if (t != null) {
      enable(t);
    }
  }

  private static void enable(Task t) {
    if (t.irqsDisabled) {
      t.setIrqsDisabled(false);
      HeldLocks.of(t).interruptsOn();
    }
  }

  /**
   * {@code local_irq_save}.
   *
   * @return what {@link #restore} wants: whether they were off already
   */
  public static boolean save() {
    Task t = Task.current();
    if (t == null) {
      return false;
    }
    boolean wereOff = t.irqsDisabled;
    t.setIrqsDisabled(true);
    return wereOff;
  }

  /** {@code local_irq_restore}. */
  public static void restore(boolean flags) {
    Task t = Task.current();
    if (t == null) {
      return;
    }
    if (flags) {
      t.setIrqsDisabled(true);
    } else {
      enable(t);
    }
  }
}
