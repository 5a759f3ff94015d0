package org.dmsim.machine;

import org.dmsim.report.DmsimFault;

/**
 * The next step of a run: who could make it, and who does. Counts the steps, and asks the strategy
 * wherever its answer can make a difference.
 */
final class NextStep {

  private final Machine machine;
  private final Strategy strategy;
  private final Tasks tasks;
  private final Cpus cpus;
  private final Clock clock;
  private final long maxSteps;
  private final StepCount steps;
  private Task arrived;
  private int lastRun;
  private int standing;
  private boolean interrupts;
  private boolean undisturbed;

  private Outcome.End cutOff;

  NextStep(Machine machine, Strategy strategy, Tasks tasks, Cpus cpus, Clock clock) {
    this.machine = machine;
    this.strategy = strategy;
    this.tasks = tasks;
    steps = tasks.steps;
    this.cpus = cpus;
    this.clock = clock;
    maxSteps = machine.configuration().maxSteps();
    lookAround();
  }

  // ---- without a question ----------------------------------------------------------------------

  /**
   * Finds out whether the run is undisturbed: nobody watches, no interrupt ever came, and the
   * strategy is {@link #byDefault}. Called whenever one of them changes.
   */
  void lookAround() {
    undisturbed =
        !machine.isObserved()
            && !interrupts
            && !machine.isWeak()
            && !cpus.areWatched()
            && strategy.isAlwaysDefault();
    findPlain();
  }

  private void findPlain() {
    steps.plainUntil = undisturbed && standing == 0 ? maxSteps : 0;
  }

  /** From here on interrupts may come. */
  void interruptsCome() {
    interrupts = true;
    lookAround();
  }

  /** The run is over, and no step is made any more: whoever still asks for one is told so. */
  void stop() {
    steps.plainUntil = 0;
  }

  /**
   * Whether the current task makes the next step if it can, and nobody looks at what it is about to
   * do: the choice then is no more than its number.
   */
  boolean isPlain() {
    return steps.number < steps.plainUntil;
  }

  /** The current task makes a step that {@link #isPlain}. */
  void passed() {
    steps.number++;
  }

  /** The step's number in this run, from 1; 0 before the first. */
  long number() {
    return steps.number;
  }

  // ---- the question ----------------------------------------------------------------------------

  /** As {@link Strategy#begin}. */
  boolean begin() {
    return strategy.begin(machine);
  }

  /** A task stands before a wait that could go on, or no longer does. */
  void stands(boolean begins) {
    standing += begins ? 1 : -1;
    findPlain();
  }

  /** A task is put on its CPU. */
  void runs(Task t) {
    lastRun = t.index();
  }

  /**
   * Asks the strategy.
   *
   * @param here the task that arrived and is on its CPU still; null where there is none
   * @return null if the run is over
   */
  Task decide(Task here) {
    arrived = here;
    if (standing > 0) {
      putLosersToSleep();
    }
    if (++steps.number > maxSteps) {
      cutOff = Outcome.End.STEP_LIMIT;
      return null;
    }
    boolean free =
        arrived != null && arrived.blocker == null && arrived.awaited == null && !arrived.done;
    if (!free && !anyEnabled()) {
      return null;
    }
    Task next = strategy.next(machine);
    if (free && next == arrived) {
      return next; // it is on its CPU and waits for nothing
    }
    if (next == null) {
      cutOff = Outcome.End.GIVEN_UP;
    } else if (!isEnabled(next)) {
      throw new DmsimFault(
          "the strategy chose " + next + ", which cannot run, at step " + steps.number);
    }
    return next;
  }

  /** Why nobody makes the next step although somebody could; null if nobody could. */
  Outcome.End cutOff() {
    return cutOff;
  }

  /**
   * A task that stands before a wait which could have gone on goes to sleep as soon as another one
   * has taken what it waits for. So whether a task sleeps does not depend on which of the two came
   * first.
   */
  private void putLosersToSleep() {
    for (int i = 0; i < cpus.count(); i++) {
      Task top = cpus.cpu(i).current;
      if (top != null && top.blocker != null && !top.spinning && !top.isReady()) {
        putToSleep(top);
      }
    }
  }

  private void putToSleep(Task loser) {
    blocked(loser);
    if (loser == arrived) {
      arrived = null;
    }
    cpus.leave(loser);
    if (cpus.areWatched()) {
      cpus.touch(loser, false);
    }
  }

  /** A task begins to wait. */
  void blocked(Task t) {
    t.blockedSince = steps.number;
    t.waits = true;
    if (machine.isObserved()) {
      machine.observer().blocked(t, t.blocker);
    }
    if (machine.events().areHeard(Waits.class)) {
      machine.events().tell(new Waits(t, t.blocker));
    }
  }

  private boolean anyEnabled() {
    if (arrived != null && isEnabled(arrived)) {
      return true;
    }
    return isAnyEnabled(tasks.clock.index());
  }

  private boolean isAnyEnabled(int from) {
    Task[] all = tasks.all();
    int count = tasks.count();
    for (int i = from; i < count; i++) {
      if (isEnabled(all[i])) {
        return true;
      }
    }
    return false;
  }

  // ---- the choice, as a strategy sees it -------------------------------------------------------

  /** As {@link Choice#current}. */
  Task current() {
    return arrived;
  }

  /** As {@link Choice#isEnabled}. */
  boolean isEnabled(Task t) {
    if (t.done || t.buriedBy != null) {
      return false;
    }
    if (t.queue != null) {
      return t.queue.isOpen();
    }
    if (t.role() == Task.Role.CLOCK) {
      return clock.isDue() || (clock.hasAlarms() && (clock.passesAnywhere() || clockIsNext()));
    }
    if (t.awaited != null && t.areStoresAwaited()) {
      return false;
    }
    if (t.blocker != null && !t.isReady()) {
      return false;
    }
    if (t.cpu.current == t) {
      return true;
    }
    if (t.isHandler() && t.interrupted == null && t.blocker instanceof InterruptHandler.Pending) {
      return true; // Pending.ready has asked the CPU
    }
    boolean room = cpus.haveRoomFor(t);
    if (!room && machine.isObserved()) {
      machine.observer().cpusMatter(true);
    }
    return room;
  }

  /** Time passes when no task can run, and as long as somebody needs it to. */
  private boolean clockIsNext() {
    if (!tasks.areLiving() && !clock.hasLastingAlarms()) {
      return false;
    }
    return !isAnyEnabled(Tasks.FIRST);
  }

  /** As {@link Choice#byDefault}. */
  Task byDefault() {
    Task store = machine.isWeak() ? enabledStore() : null;
    if (store != null) {
      return store; // by itself, a machine lets everybody see a store at once
    }
    Task handler = interrupts ? cpus.enabledHandler() : null;
    if (handler != null) {
      return handler;
    }
    Task here = arrived;
    if (here != null && !here.offering && (here.blocker == null || isEnabled(here))) {
      return here;
    }
    return nextByIndex();
  }

  private Task enabledStore() {
    for (int i = 0; i < cpus.count(); i++) {
      Task t = cpus.cpu(i).buffer.firstOpen();
      if (t != null) {
        return t;
      }
    }
    return null;
  }

  private Task nextByIndex() {
    Task[] all = tasks.all();
    int from = lastRun;
    int count = tasks.count();
    for (int i = 1; i <= count; i++) {
      Task t = all[(from + i) % count];
      if (t != tasks.clock && isEnabled(t)) {
        return t;
      }
    }
    return tasks.clock;
  }
}
