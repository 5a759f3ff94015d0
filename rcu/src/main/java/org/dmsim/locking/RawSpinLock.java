package org.dmsim.locking;

import org.dmsim.lockdep.WaitType;

/** A lock whose waiters spin on every kind of kernel; mirrors {@code raw_spinlock_t}, 6.1. */
public final class RawSpinLock extends SpinningLock {

  /** A free lock of the class that lockdep prints as {@code name}. */
  public RawSpinLock(String name) {
    super("raw spinlock", name, WaitType.SPIN);
  }
}
