package org.dmsim.lockdep;

import org.dmsim.machine.Task;

/**
 * The rule on what may wait inside what: nothing that sleeps inside something that spins, and
 * nothing that sleeps in an interrupt. Mirrors {@code check_wait_context}, 6.1.
 */
final class WaitContext {

  /** {@code LD_WAIT_MAX}: a task's own context allows any lock. */
  private static final int ANY = 4;

  private WaitContext() {}

  /** What the context itself allows; mirrors {@code task_wait_context}. */
  static int of(Task t) {
    return t.isHandler() ? WaitType.SPIN.number() : ANY;
  }

  /** Whether {@code next} may be waited for inside the locks held. */
  static boolean allows(Task t, HeldLock[] held, int depth, HeldLock next) {
    if (next.lockClass.inner == WaitType.INVALID || next.trylock) {
      return true;
    }
    int allowed = of(t);
    for (int i = 0; i < depth; i++) {
      int inner = held[i].lockClass.inner.number();
      if (inner != 0 && inner < allowed) {
        allowed = inner;
      }
    }
    return next.lockClass.outer.number() <= allowed;
  }
}
