package org.dmsim.lockdep;

import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.Splat;
import org.dmsim.version.SourcePlace;

/** RCU-lockdep's reports, and the one check of theirs that is about sleeping. */
public final class RcuLockdep {

  /** An inline function, so one place for all its callers. */
  private static final SourcePlace PREEMPT_SLEEP_CHECK =
      SourcePlace.of("include/linux/rcupdate.h", 417, 415);

  private RcuLockdep() {}

  /**
   * No reader of a flavour that forbids a context switch; mirrors {@code rcu_sleep_check}, 6.1.
   * Where RCU is preemptible, its normal readers may be switched away from.
   *
   * @param place where the macro stands that is about the other two flavours
   */
  public static void sleepCheck(Task t, HeldLocks held, SourcePlace place) {
    if (!held.isInRcuSection()) {
      return;
    }
    Lockdep lockdep = held.lockdep();
    if (!lockdep.hasPreemptibleRcu()) {
      warnIfHeld(t, held, lockdep.rcu, PREEMPT_SLEEP_CHECK, "RCU");
    }
    if (!t.machine().isRealtime()) { // there a task may sleep with bottom halves off
      warnIfHeld(t, held, lockdep.rcuBh, place, "RCU-bh");
    }
    warnIfHeld(t, held, lockdep.rcuSched, place, "RCU-sched");
  }

  private static void warnIfHeld(
      Task t, HeldLocks held, LockMap map, SourcePlace place, String flavour) {
    if (held.lockdep().isOn() && held.holds(map)) {
      suspicious(t, place, "Illegal context switch in " + flavour + " read-side critical section!");
    }
  }

  /** Reports a suspicious use of RCU; mirrors {@code lockdep_rcu_suspicious}, 6.1. */
  @KernelSymbol("lockdep_rcu_suspicious")
  public static void suspicious(Task t, SourcePlace place, String what) {
    HeldLocks held = HeldLocks.of(t);
    new Splat(t, Check.SUSPICIOUS_RCU)
        .line("=============================")
        .line("WARNING: suspicious RCU usage")
        .kernelIdent()
        .line("-----------------------------")
        .headline(place.in(t.machine().configuration().kernel()) + " " + what)
        .line("")
        .line("other info that might help us debug this:")
        .line("")
        .line("")
        .line("rcu_scheduler_active = 2, debug_locks = " + (held.lockdep().isOn() ? 1 : 0))
        .lines(held.print())
        .line("")
        .line("stack backtrace:")
        .dumpStack()
        .make(held.counts());
  }
}
