package org.dmsim.locking;

import org.dmsim.context.LocalBh;
import org.dmsim.context.LocalIrq;
import org.dmsim.context.Preempt;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/** A lock whose waiters spin on every kind of kernel; mirrors {@code raw_spinlock_t}, 6.1. */
public final class RawSpinLock extends OwnedLock {

  /** A free lock of the class that lockdep prints as {@code name}. */
  public RawSpinLock(String name) {
    super("raw spinlock", name, WaitType.SPIN);
  }

  /** {@code raw_spin_lock}: preemption is off while it is held. */
  @KernelSymbol("_raw_spin_lock")
  public void lock() {
    Preempt.disable();
    HeldLocks.acquire(map, 0, false, HeldLocks.WRITE);
    take(Task.current(), true);
  }

  /** {@code raw_spin_lock_nested}: a second lock of the same class, meant to be taken inside. */
  @KernelSymbol("_raw_spin_lock_nested")
  public void lockNested(int subclass) {
    Preempt.disable();
    HeldLocks.acquire(map, subclass, false, HeldLocks.WRITE);
    take(Task.current(), true);
  }

  /** {@code raw_spin_trylock}. */
  @KernelSymbol("_raw_spin_trylock")
  public boolean tryLock() {
    Preempt.disable();
    if (tryTake(Task.current())) {
      HeldLocks.acquire(map, 0, true, HeldLocks.WRITE);
      return true;
    }
    Preempt.enable();
    return false;
  }

  /** {@code raw_spin_unlock}. */
  @KernelSymbol("_raw_spin_unlock")
  public void unlock() {
    HeldLocks.release(map);
    give(Task.current());
    Preempt.enable();
  }

  /** {@code raw_spin_lock_irqsave}; hand the result to {@link #unlockIrqrestore}. */
  @KernelSymbol("_raw_spin_lock_irqsave")
  public boolean lockIrqsave() {
    boolean flags = LocalIrq.save();
    lock();
    return flags;
  }

  /** {@code raw_spin_unlock_irqrestore}. */
  @KernelSymbol("_raw_spin_unlock_irqrestore")
  public void unlockIrqrestore(boolean flags) {
    HeldLocks.release(map);
    give(Task.current());
    LocalIrq.restore(flags);
    Preempt.enable();
  }

  /** {@code raw_spin_lock_irq}. */
  @KernelSymbol("_raw_spin_lock_irq")
  public void lockIrq() {
    LocalIrq.disable();
    lock();
  }

  /** {@code raw_spin_unlock_irq}. */
  @KernelSymbol("_raw_spin_unlock_irq")
  public void unlockIrq() {
    HeldLocks.release(map);
    give(Task.current());
    LocalIrq.enable();
    Preempt.enable();
  }

  /** {@code raw_spin_lock_bh}. */
  @KernelSymbol("_raw_spin_lock_bh")
  public void lockBh() {
    LocalBh.disable();
    Preempt.disable();
    HeldLocks.acquire(map, 0, false, HeldLocks.WRITE);
    take(Task.current(), true);
  }

  /** {@code raw_spin_unlock_bh}. */
  @KernelSymbol("_raw_spin_unlock_bh")
  public void unlockBh() {
    HeldLocks.release(map);
    give(Task.current());
    Preempt.enable();
    LocalBh.enable();
  }

  /** What lockdep knows of it, for {@code lockdep_is_held}. */
  public LockMap depMap() {
    return map;
  }
}
