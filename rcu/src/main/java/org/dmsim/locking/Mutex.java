package org.dmsim.locking;

import org.dmsim.context.MightSleep;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/** A lock whose waiters sleep; mirrors {@code struct mutex}, 6.1. Waiters take it in any order. */
public final class Mutex extends OwnedLock {

  private static final SourcePlace MUTEX_LOCK = SourcePlace.of("kernel/locking/mutex.c", 580);

  /** A free mutex of the class that lockdep prints as {@code name}. */
  public Mutex(String name) {
    super("mutex", name, WaitType.SLEEP);
  }

  /** {@code mutex_lock}. */
  @KernelSymbol("__mutex_lock")
  public void lock() {
    lockNested(0);
  }

  /** {@code mutex_lock_nested}: a second lock of the same class, meant to be taken inside. */
  @KernelSymbol("mutex_lock_nested")
  public void lockNested(int subclass) {
    MightSleep.check(MUTEX_LOCK);
    HeldLocks.acquire(map, subclass, false, HeldLocks.WRITE);
    take(Task.current(), false);
  }

  /** {@code mutex_trylock}. */
  @KernelSymbol("mutex_trylock")
  public boolean tryLock() {
    if (tryTake(Task.current())) {
      HeldLocks.acquire(map, 0, true, HeldLocks.WRITE);
      return true;
    }
    return false;
  }

  /** {@code mutex_unlock}. */
  @KernelSymbol("__mutex_unlock_slowpath")
  public void unlock() {
    HeldLocks.release(map);
    give(Task.current());
  }

  /** What lockdep knows of it, for {@code lockdep_is_held}. */
  public LockMap depMap() {
    return map;
  }
}
