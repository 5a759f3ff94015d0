package org.dmsim.rcu;

import org.dmsim.context.Preempt;
import org.dmsim.locking.LocalBh;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * RCU, as modelled code calls it. In a machine the flavour follows the preemption model; on a real
 * thread readers are the calling threads, and waiting is parking.
 */
public final class Rcu {

  private Rcu() {}

  /** {@code rcu_read_lock}. Nests. */
  public static void readLock() {
    ThreadRcu.Reader near = ThreadRcu.near();
    if (near != null) {
      ThreadRcu.DEFAULT.enter(near);
      return;
    }
    Task t = Task.current();
    if (t == null) {
      ThreadRcu.lockDefault();
    } else {
      RcuState.of(t).readLock(t);
      RcuChecks.acquire(RcuChecks.lockdep(t).rcu);
    }
  }

  /** {@code rcu_read_unlock}. */
  public static void readUnlock() {
    ThreadRcu.Reader near = ThreadRcu.near();
    if (near != null) {
      ThreadRcu.DEFAULT.exit(near);
      return;
    }
    Task t = Task.current();
    if (t == null) {
      ThreadRcu.unlockDefault();
    } else {
      RcuState.of(t).readUnlock(t);
      RcuChecks.release(RcuChecks.lockdep(t).rcu);
    }
  }

  /** {@code rcu_read_lock_bh}: a reader with bottom halves off. */
  public static void readLockBh() {
    Task t = Task.current();
    if (t == null) {
      ThreadRcu.lockDefault();
    } else {
      RcuState.of(t).pointOutside(t);
      LocalBh.disable();
      RcuChecks.acquire(RcuChecks.lockdep(t).rcuBh);
      SectionOpened.tell(t, "_bh");
    }
  }

  /** {@code rcu_read_unlock_bh}. */
  public static void readUnlockBh() {
    Task t = Task.current();
    if (t == null) {
      ThreadRcu.unlockDefault();
    } else {
      RcuState.of(t).pointInside(t);
      RcuChecks.release(RcuChecks.lockdep(t).rcuBh);
      SectionClosed.tell(t, "_bh");
      LocalBh.enable();
    }
  }

  /** {@code rcu_read_lock_sched}: a reader with preemption off. */
  public static void readLockSched() {
    Task t = Task.current();
    if (t == null) {
      ThreadRcu.lockDefault();
    } else {
      RcuState.of(t).pointOutside(t);
      Preempt.disable();
      RcuChecks.acquire(RcuChecks.lockdep(t).rcuSched);
      SectionOpened.tell(t, "_sched");
    }
  }

  /** {@code rcu_read_unlock_sched}. */
  public static void readUnlockSched() {
    Task t = Task.current();
    if (t == null) {
      ThreadRcu.unlockDefault();
    } else {
      RcuState.of(t).pointInside(t);
      RcuChecks.release(RcuChecks.lockdep(t).rcuSched);
      SectionClosed.tell(t, "_sched");
      Preempt.enable();
    }
  }

  /**
   * {@code synchronize_rcu}: returns once every read section that was open at the call has been
   * closed.
   */
  @KernelSymbol("synchronize_rcu")
  public static void synchronize() {
    Task t = Task.current();
    if (t == null) {
      ThreadRcu.DEFAULT.synchronize();
    } else {
      RcuChecks.maySynchronize(t, RcuChecks.SYNCHRONIZE, "synchronize_rcu");
      waitForGracePeriod(t);
    }
  }

  @KernelSymbol("__wait_rcu_gp")
  private static void waitForGracePeriod(Task t) {
    RcuChecks.mightSleep(RcuChecks.COMPLETION_WAIT);
    RcuState.of(t).synchronize(t);
  }

  /**
   * {@code synchronize_rcu_expedited}: the same, sooner; the model's steps take no time. With
   * PREEMPT_RT, where rcupdate.rcu_normal_after_boot is the default, it is the same.
   */
  @KernelSymbol("synchronize_rcu_expedited")
  public static void synchronizeExpedited() {
    Task t = Task.current();
    if (t == null) {
      ThreadRcu.DEFAULT.synchronize();
    } else {
      RcuChecks.maySynchronize(t, RcuChecks.SYNCHRONIZE_EXPEDITED, "synchronize_rcu_expedited");
      if (t.machine().isRealtime()) {
        waitForGracePeriod(t); // rcu_normal_after_boot
      } else {
        RcuState.of(t).synchronizeExpedited(t);
      }
    }
  }

  /** {@code call_rcu}: {@code callback} runs after a grace period, in a softirq. */
  @KernelSymbol("call_rcu")
  public static void call(Runnable callback) {
    Task t = Task.current();
    if (t == null) {
      ThreadRcu.DEFAULT.call(callback);
    } else {
      RcuState.of(t).call(t, callback);
    }
  }

  /** {@code rcu_barrier}: returns once all callbacks queued before have run. */
  @KernelSymbol("rcu_barrier")
  public static void barrier() {
    Task t = Task.current();
    if (t == null) {
      ThreadRcu.DEFAULT.barrier();
    } else {
      RcuState.of(t).barrier();
    }
  }
}
