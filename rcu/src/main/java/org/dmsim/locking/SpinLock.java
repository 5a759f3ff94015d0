package org.dmsim.locking;

import org.dmsim.context.RtLock;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockUse;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * A lock whose waiters spin; mirrors {@code spinlock_t}, 6.1. With PREEMPT_RT they sleep, as in
 * kernel/locking/spinlock_rt.c, 6.12: its holder may be preempted, is an RCU reader and keeps its
 * CPU, and whichever form takes it, interrupts stay on.
 */
public final class SpinLock extends SpinningLock {

  /** A free lock of the class that lockdep prints as {@code name}. */
  public SpinLock(String name) {
    super("spinlock", name, WaitType.CONFIG);
  }

  @Override
  public void lock() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtSpinLock(t);
    } else {
      super.lock();
    }
  }

  @Override
  public void lockNested(int subclass) {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtSpinLockNested(t, subclass);
    } else {
      super.lockNested(subclass);
    }
  }

  @Override
  public boolean tryLock() {
    Task t = Task.current();
    return RtLock.isOn(t) ? rtSpinTrylock(t) : super.tryLock();
  }

  @Override
  public void unlock() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtSpinUnlock(t);
    } else {
      super.unlock();
    }
  }

  @Override
  public boolean lockIrqsave() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtSpinLock(t);
      return false;
    }
    return super.lockIrqsave();
  }

  @Override
  public void unlockIrqrestore(boolean flags) {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtSpinUnlock(t);
    } else {
      super.unlockIrqrestore(flags);
    }
  }

  @Override
  public void lockIrq() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtSpinLock(t);
    } else {
      super.lockIrq();
    }
  }

  @Override
  public void unlockIrq() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtSpinUnlock(t);
    } else {
      super.unlockIrq();
    }
  }

  @Override
  public void lockBh() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      LocalBh.disable();
      rtSpinLock(t);
    } else {
      super.lockBh();
    }
  }

  @Override
  public void unlockBh() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtSpinUnlock(t);
      LocalBh.enable();
    } else {
      super.unlockBh();
    }
  }

  @KernelSymbol("rt_spin_lock")
  private void rtSpinLock(Task t) {
    sleepFor(t, 0);
  }

  @KernelSymbol("rt_spin_lock_nested")
  private void rtSpinLockNested(Task t, int subclass) {
    sleepFor(t, subclass);
  }

  private void sleepFor(Task t, int subclass) {
    RtLock.about(t, map, subclass, LockUse.WRITE);
    take(t, Wait.RTLOCK);
    RtLock.taken(t);
  }

  @KernelSymbol("rt_spin_trylock")
  private boolean rtSpinTrylock(Task t) {
    if (!tryTake(t)) {
      return false;
    }
    HeldLocks.acquire(map, 0, true, LockUse.WRITE);
    RtLock.taken(t);
    return true;
  }

  @KernelSymbol("rt_spin_unlock")
  private void rtSpinUnlock(Task t) {
    RtLock.giving(t, map);
    give(t);
    RtLock.leaveReader(t);
  }
}
