package org.dmsim.lockdep;

/**
 * How a lock may wait; mirrors {@code enum lockdep_wait_type}, 6.1, without
 * CONFIG_PROVE_RAW_LOCK_NESTING, where spinlocks and raw spinlocks are of one type.
 */
public enum WaitType {
  /** Not checked. */
  INVALID(0),
  /** Wait free: an RCU reader. */
  FREE(1),
  /** Spins: raw and other spinlocks. */
  SPIN(2),
  /**
   * Spins, or sleeps with PREEMPT_RT: spinlocks, rwlocks, local locks. A type of its own only with
   * CONFIG_PROVE_RAW_LOCK_NESTING.
   */
  CONFIG(2),
  /** Sleeps. */
  SLEEP(3);

  private final int number;

  WaitType(int number) {
    this.number = number;
  }

  /** As a report prints it. */
  public int number() {
    return number;
  }
}
