package org.dmsim.context;

import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;

/**
 * What every spinlock, rwlock and local lock of PREEMPT_RT does besides being a mutex: its holder
 * is an RCU reader and keeps its CPU. Mirrors {@code rt_spin_lock} and {@code rt_spin_unlock},
 * kernel/locking/spinlock_rt.c, 6.12.
 */
public final class RtLock {

  private RtLock() {}

  /** Whether spinlocks are of this kind for the current task. */
  public static boolean isOn(Task t) {
    return t != null && t.machine().isRealtime();
  }

  /** Before the lock is waited for: it is lockdep's, and the task must be allowed to sleep. */
  public static void about(Task t, LockMap map, int subclass, int read) {
    HeldLocks.acquire(map, subclass, false, read);
    MightSleep.rtlock(t);
  }

  /** The lock was taken. */
  public static void taken(Task t) {
    enterReader(t);
    t.migrationDisabled++;
  }

  /** The lock is about to be given back. */
  public static void giving(Task t, LockMap map) {
    HeldLocks.release(map);
    t.migrationDisabled--;
  }

  /** {@code rcu_read_lock}, in the step that is being made. */
  public static void enterReader(Task t) {
    if (t.rcuReadLockNesting++ == 0) {
      Sched.touch(t.cpu().context(), Access.ADD);
    }
    HeldLocks.acquireReader(HeldLocks.of(t).lockdep().rcu);
  }

  /** {@code rcu_read_unlock}, in the step that is being made. */
  public static void leaveReader(Task t) {
    if (--t.rcuReadLockNesting == 0) {
      Sched.touch(t.cpu().context(), Access.ADD);
      t.machine().readerLeft(t);
    }
    HeldLocks.release(HeldLocks.of(t).lockdep().rcu);
  }
}
