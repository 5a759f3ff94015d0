package org.dmsim.locking;

import org.dmsim.context.RtLock;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.LockUse;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * A spinlock that modelled code takes and gives back within one step, so that nobody ever finds it
 * taken: an allocator's, a wait queue's. It is seen where spinlocks sleep, by the checks that ask
 * whether its taker may, and costs nothing elsewhere.
 */
public final class BriefLock {

  private static final Runnable NOTHING = () -> {};

  private final LockMap map;

  /** A lock of the class that lockdep prints as {@code name}, inside {@code owner}. */
  public BriefLock(String name, Shared owner) {
    map = new LockMap(name, WaitType.INVALID, WaitType.CONFIG, owner);
  }

  /** {@code spin_lock}, and {@code spin_unlock}. */
  public void pass() {
    pass(NOTHING);
  }

  /** {@code spin_lock}, {@code inside}, and {@code spin_unlock}; nothing else where they spin. */
  public void pass(Runnable inside) {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      RtLock.about(t, map, 0, LockUse.WRITE);
      hold(t, inside);
    }
  }

  /** As {@link #pass(Runnable)}, by {@code spin_trylock}: nobody has to be allowed to sleep. */
  public void tryPass(Runnable inside) {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      HeldLocks.acquire(map, 0, true, LockUse.WRITE);
      hold(t, inside);
    }
  }

  private void hold(Task t, Runnable inside) {
    RtLock.taken(t);
    inside.run();
    RtLock.giving(t, map);
    RtLock.leaveReader(t);
  }
}
