package org.dmsim.locking;

import org.dmsim.context.ExecutionContext;
import org.dmsim.context.MightSleep;
import org.dmsim.context.RtLock;
import org.dmsim.context.Warning;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.LockUse;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.SourcePlace;

/** A lock whose waiters sleep; mirrors {@code struct mutex}, 6.1. Waiters take it in any order. */
public final class Mutex extends OwnedLock {

  private static final SourcePlace MUTEX_LOCK = SourcePlace.of("kernel/locking/mutex.c", 580, 586);

  private static final SourcePlace RT_LOCK =
      SourcePlace.of("kernel/locking/rtmutex_api.c").at(KernelVersion.RECORDED_6_12, 518);

  /** With CONFIG_DEBUG_RT_MUTEXES, which lockdep selects. */
  private static final SourcePlace RT_TRYLOCK =
      SourcePlace.of("kernel/locking/rtmutex_api.c").at(KernelVersion.RECORDED_6_12, 602);

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
    MightSleep.check(RtLock.isOn(Task.current()) ? RT_LOCK : MUTEX_LOCK);
    HeldLocks.acquire(map, subclass, false, LockUse.WRITE);
    take(Task.current(), Wait.SLEEPS);
  }

  /** {@code mutex_trylock}; with PREEMPT_RT, not for interrupts and softirqs. */
  @KernelSymbol("mutex_trylock")
  public boolean tryLock() {
    Task t = Task.current();
    if (RtLock.isOn(t) && ExecutionContext.inHandler(t)) {
      Warning.at(RT_TRYLOCK, "mutex_trylock");
      return false;
    }
    if (tryTake(t)) {
      HeldLocks.acquire(map, 0, true, LockUse.WRITE);
      return true;
    }
    return false;
  }

  /** {@code mutex_unlock}. */
  @KernelSymbol("__mutex_unlock_slowpath")
  public void unlock() {
    HeldLocks.release(map);
    giveAndYield(Task.current());
  }

  /** What lockdep knows of it, for {@code lockdep_is_held}. */
  public LockMap depMap() {
    return map;
  }
}
