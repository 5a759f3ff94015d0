package org.dmsim.locking;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmsim.context.LocalBh;
import org.dmsim.context.LocalIrq;
import org.dmsim.context.Preempt;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * Many readers or one writer, whose waiters spin; mirrors {@code rwlock_t}, 6.1, without the
 * fairness of its queue: a reader never waits for a waiting writer.
 */
public final class RwLock extends Shared {

  private static final VarHandle STATE;
  private static final int WRITER = -1;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(RwLock.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final LockMap map;
  private final Blocker forReading = new Wait(false);
  private final Blocker forWriting = new Wait(true);

  /** The number of readers, or {@link #WRITER}. */
  private volatile int state;

  /** A free lock of the class that lockdep prints as {@code name}. */
  public RwLock(String name) {
    map = new LockMap(name, WaitType.INVALID, WaitType.SPIN, this);
  }

  /** {@code read_lock}. */
  @KernelSymbol("_raw_read_lock")
  public void readLock() {
    Preempt.disable();
    HeldLocks.acquire(map, 0, false, HeldLocks.READ);
    take(false);
  }

  /** {@code read_unlock}. */
  @KernelSymbol("_raw_read_unlock")
  public void readUnlock() {
    HeldLocks.release(map);
    give(false);
    Preempt.enable();
  }

  /** {@code write_lock}. */
  @KernelSymbol("_raw_write_lock")
  public void writeLock() {
    Preempt.disable();
    HeldLocks.acquire(map, 0, false, HeldLocks.WRITE);
    take(true);
  }

  /** {@code write_unlock}. */
  @KernelSymbol("_raw_write_unlock")
  public void writeUnlock() {
    HeldLocks.release(map);
    give(true);
    Preempt.enable();
  }

  /** {@code write_lock_irqsave}; hand the result to {@link #writeUnlockIrqrestore}. */
  @KernelSymbol("_raw_write_lock_irqsave")
  public boolean writeLockIrqsave() {
    boolean flags = LocalIrq.save();
    writeLock();
    return flags;
  }

  /** {@code write_unlock_irqrestore}. */
  @KernelSymbol("_raw_write_unlock_irqrestore")
  public void writeUnlockIrqrestore(boolean flags) {
    HeldLocks.release(map);
    give(true);
    LocalIrq.restore(flags);
    Preempt.enable();
  }

  /** {@code write_lock_bh}. */
  @KernelSymbol("_raw_write_lock_bh")
  public void writeLockBh() {
    LocalBh.disable();
    Preempt.disable();
    HeldLocks.acquire(map, 0, false, HeldLocks.WRITE);
    take(true);
  }

  /** {@code write_unlock_bh}. */
  @KernelSymbol("_raw_write_unlock_bh")
  public void writeUnlockBh() {
    HeldLocks.release(map);
    give(true);
    Preempt.enable();
    LocalBh.enable();
  }

  private void take(boolean write) {
    if (Task.current() != null) {
      Sched.spin(this, Access.WRITE, write ? forWriting : forReading);
      STATE.set(this, write ? WRITER : state + 1);
      return;
    }
    for (; ; ) {
      int s = state;
      if ((write ? s == 0 : s >= 0) && STATE.compareAndSet(this, s, write ? WRITER : s + 1)) {
        return;
      }
      (write ? forWriting : forReading).park();
    }
  }

  private void give(boolean write) {
    Sched.point(this, Access.WRITE);
    STATE.getAndAdd(this, write ? 1 : -1);
  }

  /** What lockdep knows of it, for {@code lockdep_is_held}. */
  public LockMap depMap() {
    return map;
  }

  @Override
  public String label() {
    return map.name();
  }

  /** What a reader or a writer waits for. */
  private final class Wait implements Blocker {
    private final boolean write;

    Wait(boolean write) {
      this.write = write;
    }

    @Override
    public boolean ready() {
      return write ? state == 0 : state >= 0;
    }

    @Override
    public String waitsFor() {
      return "rwlock " + label() + (write ? " for writing" : " for reading");
    }
  }
}
