package org.dmsim.machine;

import java.util.Locale;
import org.dmsim.version.Change;
import org.dmsim.version.KernelVersion;

/** How the kernel was configured to preempt itself; decides the flavour of RCU as well. */
public enum PreemptionModel {
  /** CONFIG_PREEMPT: kernel code is preempted wherever preemption is not disabled. */
  FULL,
  /** CONFIG_PREEMPT_VOLUNTARY: only where it offers to, {@code might_sleep} included. */
  VOLUNTARY,
  /** CONFIG_PREEMPT_NONE: only where it sleeps or calls {@code cond_resched}. */
  NONE,
  /**
   * CONFIG_PREEMPT_RT: as full, and spinlocks sleep, and softirqs and interrupts have threads.
   * Mainline has it from 6.12 on (d2d6422f8bd1, "x86: Allow to enable PREEMPT_RT.").
   */
  RT;

  /** Since when a kernel can be built with PREEMPT_RT without a patch set. */
  private static final Change REALTIME =
      Change.of("d2d6422f8bd1", "x86: Allow to enable PREEMPT_RT.", "6.12-rc1");

  /**
   * Refuses a model that a kernel has not.
   *
   * @throws ImpossibleMachineException with one line
   */
  public void checkIn(KernelVersion kernel) {
    if (isRealtime() && !REALTIME.isIn(kernel)) {
      throw new ImpossibleMachineException(
          "preempt=rt needs kernel "
              + KernelVersion.mainline(6, 12)
              + " or newer ("
              + REALTIME.commit()
              + "); kernel "
              + kernel
              + " has PREEMPT_RT only as a patch set of its own");
    }
  }

  /** CONFIG_PREEMPTION: kernel code may be preempted at any point where preemption is on. */
  public boolean isPreemptible() {
    return this == FULL || this == RT;
  }

  /** Whether RCU readers can be preempted (CONFIG_PREEMPT_RCU) and so count their nesting. */
  public boolean hasPreemptibleRcu() {
    return isPreemptible();
  }

  /**
   * CONFIG_PREEMPT_RT: a spinlock, a rwlock and a local lock are mutexes with an RCU reader, bottom
   * halves are off by such a lock, and what else runs in softirqs and in most hardware interrupts
   * runs in threads.
   */
  public boolean isRealtime() {
    return this == RT;
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
        "'" + text + "' is not a preemption model; write full, voluntary, none or rt");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
