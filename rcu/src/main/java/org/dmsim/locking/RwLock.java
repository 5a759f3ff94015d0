package org.dmsim.locking;

import java.lang.invoke.MethodHandles;
import org.dmsim.cell.IntField;
import org.dmsim.context.LocalIrq;
import org.dmsim.context.Preempt;
import org.dmsim.context.RtLock;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.LockUse;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * Many readers or one writer, whose waiters spin; mirrors {@code rwlock_t}, 6.1, without the
 * fairness of its queue: a reader never waits for a waiting writer. With PREEMPT_RT waiters sleep.
 */
public final class RwLock extends Shared {

  private static final IntField STATE = IntField.of(MethodHandles.lookup(), "state");
  private static final int WRITER = -1;

  private final LockMap map;
  private final Blocker forReading = new Wait(false);
  private final Blocker forWriting = new Wait(true);

  /** The number of readers, or {@link #WRITER}. */
  private int state;

  /** A free lock of the class that lockdep prints as {@code name}. */
  public RwLock(String name) {
    super(name);
    map = new LockMap(name, WaitType.INVALID, WaitType.CONFIG, this);
  }

  /** {@code read_lock}. */
  public void readLock() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtReadLock(t);
    } else {
      rawReadLock();
    }
  }

  /** {@code read_unlock}. */
  public void readUnlock() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtReadUnlock(t);
    } else {
      rawReadUnlock();
    }
  }

  /** {@code write_lock}. */
  public void writeLock() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtWriteLock(t);
    } else {
      rawWriteLock();
    }
  }

  /** {@code write_unlock}. */
  public void writeUnlock() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      rtWriteUnlock(t);
    } else {
      rawWriteUnlock();
    }
  }

  /** {@code write_lock_irqsave}; hand the result to {@link #writeUnlockIrqrestore}. */
  public boolean writeLockIrqsave() {
    boolean flags = !RtLock.isOn(Task.current()) && LocalIrq.save();
    writeLock();
    return flags;
  }

  /** {@code write_unlock_irqrestore}. */
  public void writeUnlockIrqrestore(boolean flags) {
    writeUnlock();
    if (!RtLock.isOn(Task.current())) {
      LocalIrq.restore(flags);
    }
  }

  /** {@code write_lock_bh}. */
  public void writeLockBh() {
    LocalBh.disable();
    writeLock();
  }

  /** {@code write_unlock_bh}. */
  public void writeUnlockBh() {
    writeUnlock();
    LocalBh.enable();
  }

  @KernelSymbol("_raw_read_lock")
  private void rawReadLock() {
    Preempt.disable();
    HeldLocks.acquire(map, 0, false, LockUse.READ);
    take(false);
  }

  @KernelSymbol("_raw_read_unlock")
  private void rawReadUnlock() {
    HeldLocks.release(map);
    give(false);
    Preempt.enable();
  }

  @KernelSymbol("_raw_write_lock")
  private void rawWriteLock() {
    Preempt.disable();
    HeldLocks.acquire(map, 0, false, LockUse.WRITE);
    take(true);
  }

  @KernelSymbol("_raw_write_unlock")
  private void rawWriteUnlock() {
    HeldLocks.release(map);
    give(true);
    Preempt.enable();
  }

  @KernelSymbol("rt_read_lock")
  private void rtReadLock(Task t) {
    RtLock.about(t, map, 0, LockUse.READ);
    take(false);
    RtLock.taken(t);
  }

  @KernelSymbol("rt_read_unlock")
  private void rtReadUnlock(Task t) {
    RtLock.giving(t, map);
    give(false);
    RtLock.leaveReader(t);
  }

  @KernelSymbol("rt_write_lock")
  private void rtWriteLock(Task t) {
    RtLock.about(t, map, 0, LockUse.WRITE);
    take(true);
    RtLock.taken(t);
  }

  @KernelSymbol("rt_write_unlock")
  private void rtWriteUnlock(Task t) {
    RtLock.giving(t, map);
    give(true);
    RtLock.leaveReader(t);
  }

  private void take(boolean write) {
    Task t = Task.current();
    if (t != null) {
      Blocker wait = write ? forWriting : forReading;
      if (RtLock.isOn(t)) {
        Sched.awaitRtlock(this, Access.WRITE, wait);
      } else {
        Sched.spin(this, Access.WRITE, wait);
      }
      STATE.addInStep(this, write ? WRITER : 1);
      LockTaken.tell(t, map, !write);
      return;
    }
    for (; ; ) {
      int s = STATE.readInStep(this);
      if ((write ? s == 0 : s >= 0) && STATE.compareAndSetInStep(this, s, write ? WRITER : s + 1)) {
        return;
      }
      (write ? forWriting : forReading).park();
    }
  }

  private void give(boolean write) {
    Sched.point(this, Access.WRITE);
    STATE.addInStep(this, write ? 1 : -1);
    Task t = Task.current();
    if (t != null) {
      LockGiven.tell(t, map);
    }
  }

  /** What lockdep knows of it, for {@code lockdep_is_held}. */
  public LockMap depMap() {
    return map;
  }

  /** What a reader or a writer waits for. */
  private final class Wait implements Blocker {
    private final boolean write;

    Wait(boolean write) {
      this.write = write;
    }

    @Override
    public boolean ready() {
      int s = STATE.peek(RwLock.this);
      return write ? s == 0 : s >= 0;
    }

    @Override
    public String waitsFor() {
      return "rwlock " + label() + (write ? " for writing" : " for reading");
    }
  }
}
