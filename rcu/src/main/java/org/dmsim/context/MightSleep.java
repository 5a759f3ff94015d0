package org.dmsim.context;

import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.LockUse;
import org.dmsim.lockdep.Lockdep;
import org.dmsim.lockdep.RcuLockdep;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.ReportPolicy;
import org.dmsim.splat.Splat;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.SourcePlace;

/**
 * The check that a function that may sleep was called where sleeping is allowed. It does not depend
 * on whether the function sleeps this time. On a real thread, nothing.
 */
public final class MightSleep {

  private static final SourcePlace MIGHT_ALLOC =
      SourcePlace.of("include/linux/sched/mm.h", 274, 321).at(KernelVersion.parse("6.6-rc1"), 306);

  private static final SourcePlace RTLOCK =
      SourcePlace.of("kernel/locking/spinlock_rt.c").at(KernelVersion.RECORDED_6_12, 48);

  private static final SourcePlace MIGHT_RESCHED =
      SourcePlace.of("kernel/sched/core.c", 9983, 8693);

  private MightSleep() {}

  /** {@code might_sleep()} at a place of the kernel's source. */
  public static void check(SourcePlace place) {
    Task t = Task.current();
    if (t != null && t.machine().configuration().checks()) {
      mightResched(t, place, 0, 0);
    }
    if (t != null && t.machine().configuration().preemption() == PreemptionModel.VOLUNTARY) {
      offer(t);
    }
  }

  private static void offer(Task t) {
    if (t.preemptCount == 0 && !t.irqsDisabled) {
      Sched.offer();
    }
  }

  /** {@code might_fault()}: user memory is about to be touched; the caller names its own place. */
  public static void fault(SourcePlace place) {
    check(place);
  }

  /**
   * {@code cond_resched()}: where the kernel is not preemptible by itself, another task may run
   * here.
   */
  public static void condResched(SourcePlace place) {
    Task t = Task.current();
    if (t == null) {
      return;
    }
    if (t.machine().configuration().checks()) {
      mightResched(t, place, 0, 0);
    }
    if (!t.machine().configuration().preemption().isPreemptible()) {
      offer(t);
    }
  }

  /**
   * {@code rtlock_might_resched()}: a spinlock of PREEMPT_RT is about to be taken, which an RCU
   * reader may do. Mirrors kernel/locking/spinlock_rt.c, 6.12.
   */
  public static void rtlock(Task t) {
    if (t.machine().configuration().checks()) {
      mightResched(t, RTLOCK, 0, t.rcuReadLockNesting);
    }
  }

  /** As {@link #condResched(SourcePlace)}, where the place is not known. */
  public static void condResched() {
    condResched(UNKNOWN);
  }

  private static final SourcePlace UNKNOWN = SourcePlace.of("?");

  /** {@code might_alloc}: an allocation that could wait for memory; flags as in {@code Gfp}. */
  public static void alloc(int gfp) {
    Task t = Task.current();
    if (t == null || (gfp & DIRECT_RECLAIM) == 0 || !t.machine().configuration().checks()) {
      return;
    }
    if ((gfp & FS) != 0) {
      LockMap reclaim = Lockdep.of(t.machine()).fsReclaim;
      HeldLocks.acquire(reclaim, 0, false, LockUse.WRITE);
      HeldLocks.release(reclaim);
    }
    mightResched(t, MIGHT_ALLOC, 0, 0);
  }

  /** {@code ___GFP_FS}: reclaim may call into a file system. */
  private static final int FS = 0x80;

  /** {@code ___GFP_DIRECT_RECLAIM}, include/linux/gfp_types.h: the allocation may wait. */
  private static final int DIRECT_RECLAIM = 0x400;

  /**
   * Mirrors {@code __might_resched}, 6.12, without its rate limit.
   *
   * @param expectedPreempt preempt count that the caller knows to be there
   * @param expectedRcu depth of RCU readers that the caller knows to be there
   */
  private static void mightResched(
      Task t, SourcePlace place, int expectedPreempt, int expectedRcu) {
    HeldLocks held = HeldLocks.of(t);
    if (!held.isInRcuSection() && mayResched(t, held, expectedPreempt, expectedRcu)) {
      return;
    }
    if (held.lockdep().hasMightResched()) {
      byNewName(t, held, place, expectedPreempt, expectedRcu);
    } else {
      byOldName(t, held, place, expectedPreempt, expectedRcu);
    }
  }

  private static boolean mayResched(Task t, HeldLocks held, int preempt, int rcu) {
    return t.preemptCount == preempt
        && rcuDepth(t, held) == rcu
        && !t.irqsDisabled
        && t.nonBlockCount == 0;
  }

  private static int rcuDepth(Task t, HeldLocks held) {
    return held.lockdep().hasPreemptibleRcu() ? t.rcuReadLockNesting : 0;
  }

  @KernelSymbol("__might_resched")
  private static void byNewName(Task t, HeldLocks held, SourcePlace place, int preempt, int rcu) {
    check(t, held, place, preempt, rcu);
  }

  @KernelSymbol("___might_sleep")
  private static void byOldName(Task t, HeldLocks held, SourcePlace place, int preempt, int rcu) {
    check(t, held, place, preempt, rcu);
  }

  private static void check(
      Task t, HeldLocks held, SourcePlace place, int expectedPreempt, int expectedRcu) {
    RcuLockdep.sleepCheck(t, held, MIGHT_RESCHED);
    if (mayResched(t, held, expectedPreempt, expectedRcu)) {
      return;
    }
    Splat splat =
        new Splat(t, Check.SLEEPING_FUNCTION)
            .headline(
                "BUG: sleeping function called from invalid context at "
                    + place.in(t.machine().configuration().kernel()))
            .line(
                "in_atomic(): "
                    + (ExecutionContext.inAtomic(t) ? 1 : 0)
                    + ", irqs_disabled(): "
                    + (t.irqsDisabled ? 1 : 0)
                    + ", non_block: "
                    + t.nonBlockCount
                    + ", pid: "
                    + t.pid()
                    + ", name: "
                    + t.comm());
    if (ReportPolicy.COUNTS_OF_SLEEPER.holdsIn(t.machine())) {
      splat.line(
          "preempt_count: "
              + Integer.toHexString(t.preemptCount)
              + ", expected: "
              + Integer.toHexString(expectedPreempt));
      if (held.lockdep().hasPreemptibleRcu()) {
        splat.line("RCU nest depth: " + rcuDepth(t, held) + ", expected: " + expectedRcu);
      }
    }
    splat.lines(held.print()).dumpStack().makeAndTaint(ExecutionContext.counts(t));
  }
}
