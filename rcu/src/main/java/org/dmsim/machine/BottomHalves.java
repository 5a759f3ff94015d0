package org.dmsim.machine;

/**
 * What turns bottom halves off on PREEMPT_RT, where that takes a lock; this package knows no locks.
 */
public interface BottomHalves {

  /**
   * {@code __local_bh_disable_ip}, for the current task.
   *
   * @param count what is added: {@link Task#SOFTIRQ_OFFSET} to serve softirqs, twice that to forbid
   *     them
   */
  void disable(int count);

  /** Takes a {@link #disable} with the same count back. */
  void enable(int count);
}
