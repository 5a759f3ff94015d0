package org.dmsim.locking;

import java.lang.invoke.MethodHandles;
import java.util.List;
import org.dmsim.cell.RefField;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/** A lock that one task holds at a time. The owner is a task, or on real threads a thread. */
abstract class OwnedLock extends Shared implements Blocker {

  private static final RefField<Object> OWNER =
      RefField.of(MethodHandles.lookup(), "owner", Object.class);

  /** What lockdep knows of it. */
  final LockMap map;

  private final String kind;
  private Object owner;

  /** Who came last to sleep for it, until it has it. */
  private Task sleeper;

  OwnedLock(String kind, String name, WaitType wait) {
    super(name);
    this.kind = kind;
    this.map = new LockMap(name, WaitType.INVALID, wait, this);
  }

  /** How a task waits for a lock. */
  enum Wait {
    /** On its CPU. */
    SPINS,
    /** Off it. */
    SLEEPS,
    /** Off it, as a spinlock of PREEMPT_RT does: that is no switch by its own will. */
    RTLOCK
  }

  /** Takes it, waiting in the given way. */
  final void take(Task t, Wait wait) {
    if (t == null) {
      Thread self = Thread.currentThread();
      while (!OWNER.compareAndSet(this, null, self)) {
        park();
      }
      return;
    }
    switch (wait) {
      case SPINS -> Sched.spin(this, Access.WRITE, this);
      case SLEEPS -> {
        sleeper = isLocked() ? t : sleeper;
        Sched.await(this, Access.WRITE, this);
        sleeper = sleeper == t ? null : sleeper;
      }
      case RTLOCK -> Sched.awaitRtlock(this, Access.WRITE, this);
    }
    OWNER.writeInStep(this, t);
    Sched.value("taken");
    LockTaken.tell(t, map, false);
  }

  /** Takes it if it is free. */
  final boolean tryTake(Task t) {
    boolean taken = OWNER.compareAndSet(this, null, t == null ? Thread.currentThread() : t);
    Sched.value(taken ? "taken" : "held by another");
    if (taken && t != null) {
      LockTaken.tell(t, map, false);
    }
    return taken;
  }

  /** Gives it up. */
  final void give(Task t) {
    OWNER.storeRelease(this, null);
    Sched.value("given back");
    if (t != null) {
      LockGiven.tell(t, map);
    }
  }

  /**
   * Gives it up, and the CPU with it where somebody sleeps for it who ran there: a task that was
   * woken and has run less preempts the one that woke it.
   */
  final void giveAndYield(Task t) {
    boolean local = t != null && sleeper != null && sleeper.cpu() == t.cpu();
    give(t);
    if (local) {
      t.needResched = true;
      Sched.resched();
    }
  }

  /** Whether somebody holds it. */
  public final boolean isLocked() {
    return OWNER.peek(this) != null;
  }

  /** Whether the current task, or the calling thread, holds it. */
  final boolean isMine() {
    Task t = Task.current();
    return OWNER.peek(this) == (t == null ? Thread.currentThread() : t);
  }

  @Override
  public final boolean ready() {
    return OWNER.peek(this) == null;
  }

  @Override
  public final List<Task> holders() {
    return OWNER.peek(this) instanceof Task t ? List.of(t) : List.of();
  }

  @Override
  public final String waitsFor() {
    return kind + " " + map.name();
  }
}
