package org.dmsim.machine;

import org.dmsim.report.CallTrace;

/**
 * What a task does where another one may go on: it passes, waits, or offers its CPU. {@link Sched}
 * comes here with the current task. Set-up code passes over all of it, and may not wait.
 */
final class SchedulingPoints {

  private final Machine machine;
  private final Cpus cpus;
  private final Clock clock;
  private final NextStep nextStep;
  private final Turns turns;
  private final boolean preemptible;
  private final boolean positions;
  private final boolean weak;

  SchedulingPoints(Machine machine, Cpus cpus, Clock clock, NextStep nextStep, Turns turns) {
    this.machine = machine;
    this.cpus = cpus;
    this.clock = clock;
    this.nextStep = nextStep;
    this.turns = turns;
    preemptible = machine.configuration().preemption().isPreemptible();
    weak = machine.isWeak();
    positions = machine.configuration().positions();
  }

  /** As {@link Sched#point}. */
  void pass(Task t, Shared object, Access access) {
    if (t.isBoot()) {
      return;
    }
    if (nextStep.isPlain()) {
      nextStep.passed();
    } else {
      if (weak && access != Access.READ) {
        fullBarrier(t);
      }
      step(t, object, access);
    }
    if (t.signals != null) {
      t.signals.take(machine.observer());
    }
  }

  private void step(Task t, Shared object, Access access) {
    turns.unlessUnwinding();
    object.mustHaveIdentity();
    t.pendingObject = object;
    t.pendingAccess = access;
    turns.choose(t);
    if (machine.isObserved()) {
      machine.observer().step(t, object, access);
    }
  }

  // ---- where stores are delayed ----------------------------------------------------------------

  /** As {@link Sched#pointWithoutOrder}. */
  void passWithoutOrder(Task t, Shared object, Access access) {
    if (weak && !t.isBoot()) {
      step(t, object, access);
      if (t.signals != null) {
        t.signals.take(machine.observer());
      }
    } else {
      pass(t, object, access);
    }
  }

  /** As {@link Sched#pointOfRelaxedAtomic}. */
  void passRelaxed(Task t, Shared object, Access access, Store.Target target, Object keeper) {
    if (t.isBoot() || machine.configuration().memory() != MemoryModel.PSO) {
      pass(t, object, access);
      return;
    }
    Store[] before = t.cpu.buffer.before(target, keeper);
    if (before.length > 0) {
      await(t, before);
    }
    passWithoutOrder(t, object, access);
  }

  /** As {@link Sched#store}. */
  void store(
      Task t,
      Shared object,
      Access access,
      Store.Target target,
      Object keeper,
      Object value,
      boolean release) {
    if (t.isBoot()) {
      target.reach(keeper, value);
      return;
    }
    object.mustHaveIdentity();
    Store s = new Store(t, object, access, target, keeper, value);
    step(t, s, Access.AFTER);
    t.cpu.buffer.add(s, release);
    if (t.signals != null) {
      t.signals.take(machine.observer());
    }
  }

  /** As {@link Sched#fullBarrier}: a step of its own, where anything was stored since the last. */
  void fullBarrier(Task t) {
    if (t.isBoot()) {
      return;
    }
    for (Store[] all = t.cpu.buffer.last(); all.length > 0; all = t.cpu.buffer.last()) {
      StoreBuffer buffer = t.cpu.buffer;
      await(t, all);
      buffer.passed(all);
    }
  }

  /** Waits until stores have reached memory. */
  void await(Task t, Store... stores) {
    t.awaited = stores;
    Shared object = t.cpu.buffer.object();
    step(t, object, Access.READ);
    t.awaited = null;
    if (machine.isObserved()) {
      for (Store s : stores) {
        machine.observer().touch(t, s, Access.AFTER);
      }
    }
  }

  // ---- waits -----------------------------------------------------------------------------------

  /** As {@link Sched#await} or, on the CPU, {@link Sched#spin}: whether it is ready. */
  boolean await(Task t, Shared object, Access access, Blocker b, long timeout, boolean spin) {
    boolean ready = sleep(t, object, access, b, timeout, spin);
    if (machine.isObserved()) {
      machine.observer().step(t, object, access);
    }
    if (t.signals != null) {
      t.signals.take(machine.observer());
    }
    return ready;
  }

  /** As {@link Sched#awaitInterruptible}. */
  Sched.Wake awaitInterruptible(Task t, Shared object, Access access, Blocker b, long timeout) {
    t.interruptible = true;
    boolean ready = sleep(t, object, access, b, timeout, false);
    t.interruptible = false;
    boolean late = !ready && clock.now() >= t.deadline;
    if (machine.isObserved()) {
      machine.observer().step(t, object, access);
      if (t.signals != null) {
        machine.observer().touch(t, t.signals, Access.READ);
      }
    }
    return ready ? Sched.Wake.READY : late ? Sched.Wake.TIMEOUT : Sched.Wake.SIGNAL;
  }

  private boolean sleep(
      Task t, Shared object, Access access, Blocker b, long timeout, boolean spin) {
    if (t.isBoot()) {
      if (!b.ready()) {
        throw new SetUpWaits(b.waitsFor());
      }
      return true;
    }
    if (positions) {
      t.blockedAt = CallTrace.capture(TaskBody.class);
    }
    if (nextStep.isPlain() && b.ready()) {
      nextStep.passed();
      return true;
    }
    return choose(t, object, access, b, timeout, spin);
  }

  private boolean choose(
      Task t, Shared object, Access access, Blocker b, long timeout, boolean spin) {
    turns.unlessUnwinding();
    if (weak && (!spin || access != Access.READ)) {
      fullBarrier(t);
    }
    object.mustHaveIdentity();
    t.pendingObject = object;
    t.pendingAccess = access;
    t.blocker = b;
    t.spinning = spin;
    long deadline = timeout == Sched.FOREVER ? timeout : clock.now() + timeout;
    TimerOfSleep expiry = deadline == Sched.FOREVER ? null : timer(t, object, deadline);
    t.deadline = expiry == null ? deadline : Sched.FOREVER;
    Alarm timer = null;
    boolean timed = timeout != Sched.FOREVER && clock.passesAnywhere();
    if (machine.isObserved() && (timed || (!spin && sleepIsSeen(t)))) {
      // Whether it sleeps, and sets an alarm, is decided here, at the end of the step before.
      machine.observer().touch(t, object, Access.READ);
    }
    if (machine.isObserved() && !spin) {
      machine.hooks().waits(t);
    }
    boolean stands = !spin && b.ready();
    if (timeout != Sched.FOREVER) {
      // Who stands before his wait may lose what he waits for yet, and then he sleeps.
      timer = clock.add(deadline, false, expiry == null ? () -> {} : expiry::raise);
    }
    if (stands) {
      nextStep.stands(true);
    } else if (!b.ready()) {
      nextStep.blocked(t);
      if (!spin) {
        cpus.leave(t);
      }
    }
    turns.choose(t);
    boolean ready = b.ready();
    t.blocker = null;
    if (t.waits) {
      t.waits = false;
      if (machine.events().areHeard(GoesOn.class)) {
        machine.events().tell(new GoesOn(t));
      }
    }
    if (machine.isObserved() && !spin) {
      machine.hooks().waits(t);
    }
    if (stands) {
      nextStep.stands(false);
    }
    if (timer != null) {
      clock.remove(timer);
    }
    if (expiry != null) {
      expiry.isOff = true;
      t.deadline = Math.min(t.deadline, deadline);
    }
    return ready;
  }

  /** Where softirqs have threads, the timer of a sleep goes off there; else null. */
  private TimerOfSleep timer(Task t, Shared object, long deadline) {
    return machine.isRealtime() ? new TimerOfSleep(t, object, deadline) : null;
  }

  /** Mirrors {@code process_timeout}, 6.12, and the hrtimer of a sleep, which is a soft one. */
  private static final class TimerOfSleep {
    private final Task sleeper;
    private final Shared object;
    private final long deadline;
    private boolean isOff;

    TimerOfSleep(Task sleeper, Shared object, long deadline) {
      this.sleeper = sleeper;
      this.object = object;
      this.deadline = deadline;
    }

    void raise() {
      sleeper.cpu().raiseSoftirq(this::expire);
    }

    private void expire() {
      Sched.touch(object, Access.WRITE);
      if (!isOff) {
        sleeper.deadline = deadline;
      }
    }
  }

  /**
   * Whether a switch away from a task, at this point, is something that other tasks could tell from
   * no switch: as a quiescent state, or as a reader that left its CPU.
   */
  private boolean sleepIsSeen(Task t) {
    return cpus.areWatched() || !preemptible || t.rcuReadLockNesting > 0;
  }

  /** As {@link Sched#offer}: for one choice, another task may have the CPU. */
  void offer(Task t) {
    if (t.isBoot()) {
      return;
    }
    if (weak) {
      fullBarrier(t);
    }
    t.offering = true;
    t.pendingObject = null;
    turns.choose(t);
    t.offering = false;
  }

  /** As {@link Sched#schedule}: a context switch, be it back to the same task. */
  void schedule(Task t) {
    if (t.isBoot()) {
      return;
    }
    machine.hooks().contextSwitch(t.cpu, t, false);
    offer(t);
  }

  /** As {@link Sched#moveTo}. */
  void moveTo(Task t, Cpu target) {
    if (t.isBoot() || t.cpu == target) {
      t.pinTo(target);
      return;
    }
    if (weak) {
      fullBarrier(t);
    }
    turns.unlessUnwinding();
    if (machine.isObserved()) {
      machine.observer().cpusMatter(true);
    }
    cpus.leave(t);
    t.pinTo(target);
    t.pendingObject = null;
    turns.choose(t);
  }

  /** As {@link Sched#resched}, where the task may be preempted; touches nobody else's. */
  void resched(Task t) {
    t.needResched = false;
    if (!preemptible || t.isBoot() || t.isHandler()) {
      return;
    }
    if (t.ownCpu == null) {
      t.ownCpu = new OwnCpu(t);
    }
    pass(t, t.ownCpu, Access.READ);
  }

  /** The claim of a task to its CPU, which no other task's step depends on. */
  private static final class OwnCpu extends Shared {
    private final Task task;

    OwnCpu(Task task) {
      super("CPU");
      this.task = task;
    }

    @Override
    public String label() {
      return "CPU of " + task.name();
    }
  }
}
