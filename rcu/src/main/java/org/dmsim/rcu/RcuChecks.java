package org.dmsim.rcu;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.dmsim.context.ExecutionContext;
import org.dmsim.context.MightSleep;
import org.dmsim.context.Warning;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.Lockdep;
import org.dmsim.lockdep.RcuLockdep;
import org.dmsim.machine.Task;
import org.dmsim.report.CallTrace;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/**
 * What lockdep is told of RCU, and RCU's own rules: where a pointer may be followed, where waiting
 * for readers makes no sense. Mirrors kernel/rcu/update.c and include/linux/rcupdate.h, 6.1.
 */
public final class RcuChecks {

  static final SourcePlace SYNCHRONIZE = SourcePlace.of("kernel/rcu/tree.c", 3574, 4113);
  static final SourcePlace SYNCHRONIZE_EXPEDITED =
      SourcePlace.of("kernel/rcu/tree_exp.h", 929, 946);

  /** {@code wait_event} of an expedited grace period. */
  static final SourcePlace EXPEDITED_WAIT = SourcePlace.of("kernel/rcu/tree_exp.h", 977, 991);

  /** {@code wait_for_completion}. */
  public static final SourcePlace COMPLETION_WAIT =
      SourcePlace.of("kernel/sched/completion.c", 101, 111);

  private static final SourcePlace NOTE_SWITCH =
      SourcePlace.of("kernel/rcu/tree_plugin.h", 320, 331);
  private static final List<String> OWN = List.of("org.dmsim.rcu", "org.dmsim.srcu");

  private RcuChecks() {}

  static void acquire(LockMap map) {
    HeldLocks.acquireReader(map);
  }

  static void release(LockMap map) {
    HeldLocks.release(map);
  }

  static Lockdep lockdep(Task t) {
    return HeldLocks.of(t).lockdep();
  }

  /** Whether RCU's rules are checked for a task; mirrors {@code debug_lockdep_rcu_enabled}. */
  public static boolean isEnabled(Task t) {
    return t != null && t.role() != Task.Role.BOOT && lockdep(t).isOn();
  }

  /** {@code rcu_read_lock_held}; true where nothing is checked. */
  static boolean isHeld(Task t) {
    return !isEnabled(t) || HeldLocks.of(t).holds(lockdep(t).rcu);
  }

  /** {@code rcu_read_lock_bh_held}. */
  static boolean isHeldBh(Task t) {
    return !isEnabled(t) || ExecutionContext.inSoftirq(t) || t.irqsDisabled;
  }

  /** {@code rcu_read_lock_sched_held}. */
  static boolean isHeldSched(Task t) {
    return !isEnabled(t)
        || HeldLocks.of(t).holds(lockdep(t).rcuSched)
        || t.preemptCount != 0
        || t.irqsDisabled;
  }

  /** Whether {@code t} is inside a reader of any form that lockdep knows. */
  public static boolean isInReader(Task t) {
    HeldLocks held = HeldLocks.of(t);
    Lockdep lockdep = held.lockdep();
    return held.depth() > 0
        && (held.holds(lockdep.rcuBh) || held.holds(lockdep.rcu) || held.holds(lockdep.rcuSched));
  }

  /** Reports a use of RCU that its rules forbid, where the kernel names a place of its own. */
  public static void warn(Task t, SourcePlace place, String what) {
    RcuLockdep.suspicious(t, place, what);
  }

  /** Reports a dereference that nothing protects; the place is that of the modelled caller. */
  static void suspicious(Task t, String function) {
    String caller =
        Task.caller(OWN).map(f -> f.file() + ":" + f.line()).orElse("a place that is not recorded");
    RcuLockdep.suspicious(t, SourcePlace.of(caller), "suspicious " + function + "() usage!");
  }

  static void mayFollow(Task t, boolean held, BooleanSupplier otherwise) {
    if (!held && (otherwise == null || !otherwise.getAsBoolean())) {
      suspicious(t, "rcu_dereference_check");
    }
  }

  static void isProtected(Task t, BooleanSupplier condition) {
    if (isEnabled(t) && !condition.getAsBoolean()) {
      suspicious(t, "rcu_dereference_protected");
    }
  }

  /** The rules of synchronize_rcu and of its expedited form. */
  static void maySynchronize(Task t, SourcePlace place, String function) {
    if (isEnabled(t) && isInReader(t)) {
      warn(t, place, "Illegal " + function + "() in RCU read-side critical section!");
    }
  }

  /** {@code might_sleep()}, at a place of RCU's own source. */
  public static void mightSleep(SourcePlace place) {
    MightSleep.check(place);
  }

  /** A task that goes to sleep inside a preemptible reader; mirrors the WARN_ONCE of the same. */
  @KernelSymbol("rcu_note_context_switch")
  static void voluntarySwitch(Task t) {
    String headline = "Voluntary context switch within RCU read-side critical section!";
    CallTrace trace = t == Task.current() ? Task.callTrace() : t.blockedAt();
    Warning.report(
        t, Check.VOLUNTARY_SWITCH_IN_RCU, headline, NOTE_SWITCH, "rcu_note_context_switch", trace);
  }
}
