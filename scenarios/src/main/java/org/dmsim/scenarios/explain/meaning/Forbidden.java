package org.dmsim.scenarios.explain.meaning;

import java.util.List;
import org.dmsim.scenarios.explain.reports.Counts;
import org.dmsim.scenarios.explain.reports.Frame;
import org.dmsim.scenarios.explain.reports.HeldLock;
import org.dmsim.scenarios.explain.reports.Report;
import org.dmsim.scenarios.explain.reports.ReportKind;

/**
 * In which context the forbidden thing was done, and who opened it.
 *
 * @param reason null where the log does not show it
 * @param lock that makes the context, or null
 * @param opener who opened it, or ""
 * @param why in what the log shows it, as a sentence
 */
record Forbidden(Reason reason, HeldLock lock, String opener, String why) {

  private static final Forbidden UNKNOWN = new Forbidden(null, null, "", "");

  static Forbidden of(Report r, Path path) {
    return switch (r.kind()) {
      case SLEEPING, SCHEDULING -> atomic(r, path);
      case HEADLESS -> r.counts().equals(Counts.NONE) ? UNKNOWN : atomic(r, path);
      case VOLUNTARY_SWITCH -> rcu(r, "the kernel says so itself");
      case SUSPICIOUS_RCU ->
          r.says("read-side critical section!")
                  && (r.says("context switch") || r.says("synchronize"))
              ? rcu(r, "the kernel says so itself")
              : UNKNOWN;
      case WAIT_CONTEXT -> waitContext(r);
      default -> UNKNOWN;
    };
  }

  private static Forbidden rcu(Report r, String why) {
    HeldLock lock = last(r, l -> l.isRcu() && !Functions.isHelper(l.at()));
    return lock == null
        ? opened(r, last(r, HeldLock::isRcu), why)
        : new Forbidden(Reason.RCU, lock, lock.at(), why);
  }

  /** On PREEMPT_RT a spinlock, and disabling bottom halves, open an RCU section of their own. */
  private static Forbidden opened(Report r, HeldLock section, String why) {
    if (section == null || !section.at().matches("_*(?:rt_(?:spin|read|write)|local_bh)_\\w+")) {
      return new Forbidden(Reason.RCU, section, "", why);
    }
    HeldLock owner = null;
    for (HeldLock l : held(r)) {
      if (l == section) {
        break;
      }
      owner = l.isRcu() ? owner : l;
    }
    boolean bh =
        section.at().contains("local_bh") || owner == null || owner.at().contains("local_bh");
    if (bh) {
      return new Forbidden(
          Reason.SOFTIRQ,
          null,
          "",
          why + ": on PREEMPT_RT disabled bottom halves are such a section");
    }
    return new Forbidden(
        section.at().contains("rt_spin") ? Reason.SPINLOCK : Reason.RWLOCK,
        owner,
        opener(owner),
        why + ": on PREEMPT_RT " + owner.name() + " opens such a section");
  }

  /** Whether the complaint comes from the inside of a lock of PREEMPT_RT's. */
  static boolean isTaking(Report r) {
    return r.kind() == ReportKind.SLEEPING
        && r.headline()
            .matches(".* at kernel/(?:locking/)?(?:spinlock_rt|rwbase_rt|rtmutex)\\.c:.*");
  }

  /**
   * The locks that the task has: on PREEMPT_RT the one that it is taking is in the list already.
   */
  private static List<HeldLock> held(Report r) {
    List<HeldLock> held = r.held() == null ? List.of() : r.held();
    return isTaking(r) && !held.isEmpty() ? held.subList(0, held.size() - 1) : held;
  }

  private static Forbidden atomic(Report r, Path path) {
    Counts c = r.counts();
    if (c.isUnbalanced()) {
      return new Forbidden(
          Reason.UNBALANCED,
          null,
          "",
          "preempt_count is 0x%x where 0x%x is right"
              .formatted(c.preempt(), c.preemptExpected() == null ? 0 : c.preemptExpected()));
    }
    if (positive(c.nonBlock())) {
      return new Forbidden(Reason.NON_BLOCK, null, "", "non_block is " + c.nonBlock());
    }
    if (c.hardirq()) {
      return new Forbidden(Reason.HARDIRQ, null, "", "preempt_count has the hard interrupt's bits");
    }
    if (c.servingSoftirq()) {
      return softirq("preempt_count has the bit of a running softirq", path);
    }
    HeldLock spin = last(r, Forbidden::spins);
    HeldLock rcu = last(r, HeldLock::isRcu);
    if (c.rcuIsTooDeep()) {
      return rcu(r, "RCU nest depth is " + c.rcu());
    }
    if (c.softirq() && spin == null) {
      return leftOver(r, path)
          ? new Forbidden(
              Reason.UNBALANCED,
              null,
              "",
              "bottom halves are still disabled on the way back to user space, and no lock is held")
          : rcu != null && rcu.name().equals("rcu_read_lock_bh")
              ? rcu(r, "the log lists " + rcu.name())
              : new Forbidden(
                  Reason.SOFTIRQ, null, stale(r), "preempt_count says that bottom halves are off");
    }
    if (c.preemptDepth() > 0 || c.softirq()) {
      return preempt(r, spin, rcu, path);
    }
    if (positive(c.inAtomic()) && c.preempt() == null) {
      return inAtomic(r, spin, rcu, path);
    }
    if (positive(c.irqsDisabled())) {
      String at = r.irqsOffAt();
      boolean says =
          !at.isEmpty()
              && !Functions.isHelper(at)
              && !Functions.isInterrupt(at)
              && !Functions.isEntry(at);
      return new Forbidden(
          Reason.IRQS, null, says ? at : "", "irqs_disabled is " + c.irqsDisabled());
    }
    boolean quiet = c.inAtomic() != null && !positive(c.inAtomic());
    if (rcu != null && quiet && c.rcu() == null && !positive(c.preempt())) {
      return rcu(r, "the log lists " + rcu.name() + ", and every count that is printed is 0");
    }
    return UNKNOWN;
  }

  private static Forbidden preempt(Report r, HeldLock spin, HeldLock rcu, Path path) {
    if (spin != null) {
      return new Forbidden(
          kindOf(spin, r),
          spin,
          opener(spin),
          "the log lists " + spin.name() + ", and a spinlock disables preemption");
    }
    boolean maybe =
        r.held() != null && held(r).stream().anyMatch(l -> l.waitType().isEmpty() && !l.isRcu());
    if (rcu != null && r.counts().rcu() == null && !maybe) {
      return rcu(
          r,
          "the log lists "
              + rcu.name()
              + " and no spinlock; without preemptible RCU rcu_read_lock() disables preemption");
    }
    if (leftOver(r, path)) {
      return new Forbidden(
          Reason.UNBALANCED,
          null,
          "",
          "preemption is still disabled on the way back to user space, and no lock is held");
    }
    return new Forbidden(
        Reason.PREEMPT,
        null,
        stale(r),
        "preempt_count says that preemption is off; a spinlock would do that as well");
  }

  /** Kernels before 5.11 print no preempt_count: the stack, and the locks, have to say it. */
  private static Forbidden inAtomic(Report r, HeldLock spin, HeldLock rcu, Path path) {
    Frame first = path.at(path.first(Functions::isHelper));
    boolean irq = first != null && first.inIrq() || path.frames().stream().anyMatch(Frame::inIrq);
    boolean soft =
        path.frames().stream().anyMatch(f -> (f.inIrq() || !irq) && isSoftirq(f.symbol()));
    if (soft) {
      return softirq("in_atomic() is 1, and the stack is a softirq's", path);
    }
    if (irq) {
      return new Forbidden(
          Reason.HARDIRQ, null, "", "in_atomic() is 1, and the stack is an interrupt's");
    }
    if (spin != null || rcu != null) {
      return preempt(r, spin, rcu, path);
    }
    return new Forbidden(
        Reason.PREEMPT,
        null,
        stale(r),
        "in_atomic() is 1; this kernel does not print which count it is");
  }

  private static boolean isSoftirq(String f) {
    return f.matches(
        "_*(?:do_softirq\\w*|tasklet_(?:hi_)?action\\w*|run_ksoftirqd|handle_softirqs|call_timer_fn|run_timer_softirq)");
  }

  private static Forbidden softirq(String why, Path path) {
    return new Forbidden(Reason.SOFTIRQ, null, "", why);
  }

  /** Whether the task was on its way to user space: then the count is left over from before. */
  private static boolean leftOver(Report r, Path path) {
    Frame f = path.at(path.first(Functions::isHelper));
    return f != null
        && f.symbol()
            .matches(
                "_*(?:exit_to_user\\w*|prepare_exit_to_user\\w*|syscall_exit\\w*|do_notify_resume|int_careful|sysret_careful|retint_careful|work_resched)")
        && (r.held() == null || r.held().isEmpty());
  }

  /** "Preemption disabled at" is of use only while it is disabled. */
  private static String stale(Report r) {
    boolean off =
        r.counts().preempt() != null ? r.counts().preempt() != 0 : positive(r.counts().inAtomic());
    String at = r.preemptionOffAt();
    return off && !Functions.isHelper(at) && !Functions.isEntry(at) ? at : "";
  }

  private static Forbidden waitContext(Report r) {
    Report.Detail context =
        r.details().stream().filter(d -> d.text().startsWith("context-{")).findFirst().orElse(null);
    int inner =
        context == null || context.text().length() < 12 ? 0 : context.text().charAt(11) - '0';
    int outer =
        context == null || context.text().length() < 10 ? 0 : context.text().charAt(9) - '0';
    int wanted = r.wanted() == null ? 0 : r.wanted().outer();
    if (context != null && wanted > 0 && inner < wanted) {
      boolean hard = inner == 2 && outer == 2 || inner == 2;
      return new Forbidden(
          hard ? Reason.HARDIRQ : Reason.SOFTIRQ,
          null,
          "",
          context.text() + " is an interrupt's, and the lock is of type " + r.wanted().waitType());
    }
    HeldLock lock =
        last(r, l -> l.inner() > 0 && wanted > 0 && l.inner() < wanted && !isNesting(l));
    if (lock == null) {
      return UNKNOWN;
    }
    String why =
        lock.name()
            + " is of type "
            + lock.waitType()
            + ", the lock of type "
            + r.wanted().waitType();
    if (lock.isRcu()) {
      return rcu(r, why);
    }
    boolean raw = lock.inner() == 2 && tellsRawLocksApart(r, inner);
    return new Forbidden(raw ? Reason.RAW_SPINLOCK : Reason.SPINLOCK, lock, opener(lock), why);
  }

  /**
   * Whether the kernel was built with CONFIG_PROVE_RAW_LOCK_NESTING: then a task's context is one
   * type higher. Before 6.0 it was lower by one in both cases.
   */
  private static boolean tellsRawLocksApart(Report r, int context) {
    boolean old = r.kernel().matches("[2-5]\\..*");
    return context >= (old ? 4 : 5);
  }

  /** Annotations that are no locks: their inner type says nothing. */
  private static boolean isNesting(HeldLock l) {
    return l.waitType().startsWith("0:");
  }

  private static boolean spins(HeldLock l) {
    if (l.isRcu()) {
      return false;
    }
    // A spinlock's inner type is 2, or 3 where raw locks are told apart; a mutex's is 3 or 4.
    return l.outer() != 1 && l.inner() == 2
        || l.inner() == 3 && l.outer() == 3 && looksSpinning(l.name());
  }

  private static boolean looksSpinning(String name) {
    return name.matches(".*(?:spin|->lock|_lock)\\W*\\d*$")
        && !name.matches(".*(?:mutex|sem|rwsem)\\W*\\d*");
  }

  private static Reason kindOf(HeldLock l, Report r) {
    return l.name().contains("rwlock") ? Reason.RWLOCK : Reason.SPINLOCK;
  }

  private static String opener(HeldLock lock) {
    return lock == null || Functions.isHelper(lock.at()) ? "" : lock.at();
  }

  private static HeldLock last(Report r, java.util.function.Predicate<HeldLock> which) {
    for (HeldLock l : held(r).reversed()) {
      if (which.test(l)) {
        return l;
      }
    }
    return null;
  }

  private static boolean positive(Long n) {
    return n != null && n > 0;
  }
}
