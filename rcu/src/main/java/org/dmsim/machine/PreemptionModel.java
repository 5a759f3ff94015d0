package org.dmsim.machine;

import java.util.Locale;

/** How the kernel was configured to preempt itself; decides the flavour of RCU as well. */
public enum PreemptionModel {
  /** CONFIG_PREEMPT: kernel code is preempted wherever preemption is not disabled. */
  FULL,
  /** CONFIG_PREEMPT_VOLUNTARY: only where it offers to, {@code might_sleep} included. */
  VOLUNTARY,
  /** CONFIG_PREEMPT_NONE: only where it sleeps or calls {@code cond_resched}. */
  NONE;

  /** Whether RCU readers can be preempted (CONFIG_PREEMPT_RCU) and so count their nesting. */
  public boolean hasPreemptibleRcu() {
    return this == FULL;
  }

  /**
   * Reads what a person typed.
   *
   * @throws IllegalArgumentException with one line that names the choices
   */
  public static PreemptionModel parse(String text) {
    for (PreemptionModel m : values()) {
      if (m.toString().equals(text)) {
        return m;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a preemption model; write full, voluntary or none");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
