package org.dmsim.locking;

import org.dmsim.context.LocalIrq;
import org.dmsim.context.Preempt;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.LockUse;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/** A lock whose waiters spin: preemption is off while it is held. */
abstract class SpinningLock extends OwnedLock {

  SpinningLock(String kind, String name, WaitType wait) {
    super(kind, name, wait);
  }

  /** {@code spin_lock}. */
  @KernelSymbol("_raw_spin_lock")
  public void lock() {
    acquire(0);
  }

  /** {@code spin_lock_nested}: a second lock of the same class, meant to be taken inside. */
  @KernelSymbol("_raw_spin_lock_nested")
  public void lockNested(int subclass) {
    acquire(subclass);
  }

  private void acquire(int subclass) {
    Preempt.disable();
    HeldLocks.acquire(map, subclass, false, LockUse.WRITE);
    take(Task.current(), Wait.SPINS);
  }

  /** {@code spin_trylock}. */
  @KernelSymbol("_raw_spin_trylock")
  public boolean tryLock() {
    Preempt.disable();
    if (tryTake(Task.current())) {
      HeldLocks.acquire(map, 0, true, LockUse.WRITE);
      return true;
    }
    Preempt.enable();
    return false;
  }

  /** {@code spin_unlock}. */
  @KernelSymbol("_raw_spin_unlock")
  public void unlock() {
    release();
    Preempt.enable();
  }

  private void release() {
    HeldLocks.release(map);
    give(Task.current());
  }

  /** {@code spin_lock_irqsave}; hand the result to {@link #unlockIrqrestore}. */
  @KernelSymbol("_raw_spin_lock_irqsave")
  public boolean lockIrqsave() {
    boolean flags = LocalIrq.save();
    acquire(0);
    return flags;
  }

  /** {@code spin_unlock_irqrestore}. */
  @KernelSymbol("_raw_spin_unlock_irqrestore")
  public void unlockIrqrestore(boolean flags) {
    release();
    LocalIrq.restore(flags);
    Preempt.enable();
  }

  /** {@code spin_lock_irq}. */
  @KernelSymbol("_raw_spin_lock_irq")
  public void lockIrq() {
    LocalIrq.disable();
    acquire(0);
  }

  /** {@code spin_unlock_irq}. */
  @KernelSymbol("_raw_spin_unlock_irq")
  public void unlockIrq() {
    release();
    LocalIrq.enable();
    Preempt.enable();
  }

  /** {@code spin_lock_bh}. */
  @KernelSymbol("_raw_spin_lock_bh")
  public void lockBh() {
    LocalBh.disable();
    acquire(0);
  }

  /** {@code spin_unlock_bh}. */
  @KernelSymbol("_raw_spin_unlock_bh")
  public void unlockBh() {
    release();
    Preempt.enable();
    LocalBh.enable();
  }

  /** What lockdep knows of it, for {@code lockdep_is_held}. */
  public final LockMap depMap() {
    return map;
  }
}
