package org.dmsim.report;

/**
 * The checks that every run makes: which rule of the kernel, or of the model, a report is about.
 */
public enum Check {
  /** {@code __might_resched}: a function that may sleep, called where sleeping is forbidden. */
  SLEEPING_FUNCTION,
  /** {@code __schedule_bug}: a switch with preemption disabled. */
  SCHEDULING_WHILE_ATOMIC,
  /** {@code lockdep_rcu_suspicious}: RCU's rules on dereference, context switch, waiting. */
  SUSPICIOUS_RCU,
  /** {@code rcu_note_context_switch}: a task that goes to sleep inside an RCU reader. */
  VOLUNTARY_SWITCH_IN_RCU,
  /** lockdep: recursion, order, irq state, wait type, balance, return with a lock held. */
  LOCKDEP,
  /** A WARN_ON of the kernel that is none of the above. */
  WARNING,
  /** A BUG_ON of the kernel, or a fault that kills the task. */
  BUG,
  /** A touch of an object after it was freed. */
  USE_AFTER_FREE,
  /** An object freed twice. */
  DOUBLE_FREE,
  /** A read section that was not closed once, on its own index. */
  READ_SECTION,
  /** Tasks that wait for what can no longer happen. */
  STUCK,
  /** A loop that makes no progress. */
  LIVELOCK,
  /** A bio that did not complete exactly once. */
  BIO_COMPLETION,
  /** An object that is still allocated at the end. */
  LEAK,
  /** Data read that is not the data last written. */
  DATA,
  /** A claim of a scenario's own that did not hold. */
  ASSERTION
}
