package org.dmsim.machine;

/**
 * What another package puts into a machine with PREEMPT_RT before it starts, since there a lock of
 * this or that kind needs it: RCU, say, whose reader every spinlock is. Found as a service.
 */
public interface RealtimePart {

  /** Puts it in; on the machine's carrier. */
  void install(Machine machine);
}
