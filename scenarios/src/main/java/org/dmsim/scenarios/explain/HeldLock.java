package org.dmsim.scenarios.explain;

/**
 * A lock as lockdep prints it.
 *
 * @param name of its class
 * @param waitType "outer:inner", or "" where the kernel is too old to say; 2 is a spinlock's
 * @param at who took it
 */
record HeldLock(String name, String waitType, String at) {

  /** Whether it is a plain RCU read section (not SRCU). */
  boolean isRcu() {
    return name.startsWith("rcu_read_lock");
  }

  /** Whether it is certainly a lock that is taken with preemption off. */
  boolean isSpinning() {
    return !isRcu() && waitType.endsWith("2");
  }

  /** Whether it may be one: 3 is a spinlock's with raw lock nesting checked, else a mutex's. */
  boolean mayBeSpinning() {
    return !isRcu() && (waitType.isEmpty() || waitType.endsWith("2") || waitType.endsWith("3"));
  }
}
