package org.dmsim.lockdep;

import org.dmsim.lockdep.DependencyGraph.Node;
import org.dmsim.machine.Task;
import org.dmsim.report.CallTrace;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.Splat;

/** How lockdep words what it found; each report turns lockdep off. The lines are those of 6.1. */
final class LockdepReports {

  private final Lockdep lockdep;

  LockdepReports(Lockdep lockdep) {
    this.lockdep = lockdep;
  }

  private Splat start(Task t, String title, char rule) {
    String bar = String.valueOf(rule).repeat(title.length());
    lockdep.turnOff();
    return new Splat(t, Check.LOCKDEP)
        .line("")
        .line(bar)
        .headline(title)
        .kernelIdent()
        .line("-".repeat(title.length()));
  }

  private static String who(Task t) {
    return t.comm() + "/" + t.pid();
  }

  private static void finish(Task t, Splat s) {
    HeldLocks held = HeldLocks.of(t);
    s.lines(held.print()).line("").line("stack backtrace:").dumpStack().make(held.counts());
  }

  private static Splat twoLocks(Splat s, Task t, HeldLock next, HeldLock previous) {
    return s.line(who(t) + " is trying to acquire lock:")
        .line(next.toString())
        .line("")
        .line("but task is already holding lock:")
        .line(previous.toString());
  }

  private static void trace(Splat s, CallTrace trace) {
    if (trace != null) {
      trace.frames().forEach(f -> s.line("       " + f));
    }
  }

  /** Mirrors {@code print_lock_invalid_wait_context}. */
  @KernelSymbol("__lock_acquire")
  void invalidWaitContext(Task t, HeldLock next, int context) {
    HeldLocks held = HeldLocks.of(t);
    start(t, "[ BUG: Invalid wait context ]", '=')
        .line(who(t) + " is trying to lock:")
        .line(next.toString())
        .line("other info that might help us debug this:")
        .line("context-{" + context + ":" + context + "}")
        .lines(held.print())
        .line("stack backtrace:")
        .dumpStack()
        .make(held.counts());
  }

  /** Mirrors {@code print_deadlock_bug}. */
  @KernelSymbol("__lock_acquire")
  void recursion(Task t, HeldLock next, HeldLock previous) {
    Splat s = start(t, "WARNING: possible recursive locking detected", '=');
    twoLocks(s, t, next, previous)
        .line("")
        .line("other info that might help us debug this:")
        .line(" Possible unsafe locking scenario:")
        .line("")
        .line("       CPU0")
        .line("       ----")
        .line("  lock(" + previous.lockClass.name + ");")
        .line("  lock(" + next.lockClass.name + ");")
        .line("")
        .line(" *** DEADLOCK ***")
        .line("")
        .line(" May be due to missing lock nesting notation")
        .line("");
    finish(t, s);
  }

  /** Mirrors {@code print_circular_bug}. */
  @KernelSymbol("check_noncircular")
  void circle(Task t, HeldLock previous, HeldLock next, Node target) {
    Splat s = start(t, "WARNING: possible circular locking dependency detected", '=');
    twoLocks(s, t, next, previous)
        .line("")
        .line("which lock already depends on the new lock.")
        .line("")
        .line("")
        .line("the existing dependency chain (in reverse order) is:");
    for (Node n = target; n != null; n = n.parent) {
      s.line("").line("-> #" + n.depth() + " " + n.lockClass + ":");
      trace(s, n.parent == null ? Task.callTrace() : n.trace);
    }
    String source = next.lockClass.name;
    String parent = target.parent == null ? source : target.parent.lockClass.name;
    String held = previous.lockClass.name;
    s.line("").line("other info that might help us debug this:").line("");
    if (!parent.equals(source)) {
      s.line("Chain exists of:").line("  " + source + " --> " + parent + " --> " + held).line("");
    }
    s.line(" Possible unsafe locking scenario:")
        .line("")
        .line("       CPU0                    CPU1")
        .line("       ----                    ----")
        .line((previous.read == 0 ? "  lock(" : "  rlock(") + held + ");")
        .line("                               lock(" + parent + ");")
        .line("                               lock(" + held + ");")
        .line((next.read != 0 ? "  rlock(" : next.sync ? "  sync(" : "  lock(") + source + ");")
        .line("")
        .line(" *** DEADLOCK ***")
        .line("");
    finish(t, s);
  }

  /** Mirrors {@code print_usage_bug}. */
  @KernelSymbol("mark_lock")
  void inconsistentState(Task t, HeldLock lock, int before, int now) {
    String name = lock.lockClass.name;
    Splat s =
        start(t, "WARNING: inconsistent lock state", '=')
            .line("inconsistent {" + Usage.name(before) + "} -> {" + Usage.name(now) + "} usage.")
            .line(who(t) + " " + irqState(t) + " takes:")
            .line(lock.toString())
            .line("{" + Usage.name(before) + "} state was registered at:");
    IrqUsage.seenAt(lock.lockClass, before).frames().forEach(f -> s.line("  " + f));
    s.line("")
        .line("other info that might help us debug this:")
        .line(" Possible unsafe locking scenario:")
        .line("")
        .line("       CPU0")
        .line("       ----")
        .line("  lock(" + name + ");")
        .line("  <Interrupt>")
        .line("    lock(" + name + ");")
        .line("")
        .line(" *** DEADLOCK ***")
        .line("");
    finish(t, s);
  }

  private static String irqState(Task t) {
    int hard = (t.preemptCount & Task.HARDIRQ_MASK) / Task.HARDIRQ_OFFSET;
    int soft = (t.preemptCount & Task.SOFTIRQ_MASK) / Task.SOFTIRQ_OFFSET;
    return "[HC"
        + (hard == 0 ? 0 : 1)
        + "["
        + hard
        + "]:SC"
        + (soft & 1)
        + "["
        + soft
        + "]:HE"
        + (t.irqsDisabled ? 0 : 1)
        + ":SE"
        + (soft == 0 ? 1 : 0)
        + "]";
  }

  /** Mirrors {@code print_irq_inversion_bug}. */
  @KernelSymbol("mark_lock_irq")
  void irqInversion(Task t, HeldLock lock, Node other, int bit) {
    boolean forwards = Usage.isIn(bit);
    Splat s =
        start(t, "WARNING: possible irq lock inversion dependency detected", '=')
            .line(who(t) + " just changed the state of lock:")
            .line(lock.toString())
            .line(
                "but this lock "
                    + (forwards ? "took another, " : "was taken by another, ")
                    + Usage.name(bit).replaceAll("(IN-)?(\\w+IRQ).*", "$2")
                    + (forwards ? "-unsafe lock in the past:" : "-safe lock in the past:"))
            .line(" " + other.lockClass)
            .line("")
            .line("")
            .line("and interrupts could create inverse lock ordering between them.")
            .line("");
    finish(t, s);
  }

  /** Mirrors {@code print_bad_irq_dependency}. */
  @KernelSymbol("check_irq_usage")
  void badIrqOrder(Task t, HeldLock previous, HeldLock next, Node safe, Node unsafe, String state) {
    Splat s =
        start(t, "WARNING: " + state + "-safe -> " + state + "-unsafe lock order detected", '=')
            .line(who(t) + " " + irqState(t) + " is trying to acquire:")
            .line(next.toString())
            .line("")
            .line("and this task is already holding:")
            .line(previous.toString())
            .line("which would create a new lock dependency:")
            .line(" " + previous.lockClass + " -> " + next.lockClass)
            .line("")
            .line("but this new dependency connects a " + state + "-irq-safe lock:")
            .line(" " + safe.lockClass)
            .line("")
            .line("to a " + state + "-irq-unsafe lock:")
            .line(" " + unsafe.lockClass)
            .line("");
    finish(t, s);
  }

  /** Mirrors {@code print_unlock_imbalance_bug}. */
  @KernelSymbol("lock_release")
  void unlockImbalance(Task t, LockMap map, CallTrace place) {
    Splat s =
        start(t, "WARNING: bad unlock balance detected!", '=')
            .line(who(t) + " is trying to release lock (" + map.name() + ") at:")
            .line(HeldLock.at(place))
            .line("but there are no more locks to release!")
            .line("")
            .line("other info that might help us debug this:");
    finish(t, s);
  }

  /** Mirrors {@code lockdep_sys_exit}, which dumps no stack. */
  void heldInUserMode(Task t) {
    HeldLocks held = HeldLocks.of(t);
    start(t, "WARNING: lock held when returning to user space!", '=')
        .line(who(t) + " is leaving the kernel with locks still held!")
        .lines(held.print())
        .make(held.counts());
  }

  /** Mirrors {@code print_held_locks_bug}. */
  @KernelSymbol("do_exit")
  void heldAtExit(Task t) {
    finish(t, start(t, "WARNING: " + who(t) + " still has locks held!", '='));
  }
}
