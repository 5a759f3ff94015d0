package org.dmsim.machine;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.coroutine.Coroutine;
import org.dmsim.coroutine.CoroutineFactory;
import org.dmsim.report.DmsimFault;

/**
 * The run itself: lets the tasks take turns, each on a stack of its own, until none of them can go
 * on. One thread, the carrier, runs them all.
 */
final class Turns {

  private final Machine machine;
  private final Tasks tasks;
  private final Cpus cpus;
  private final Clock clock;
  private final NextStep nextStep;
  private final CoroutineFactory coroutines;
  private final boolean plainCalls;
  private final List<Runnable> endChecks = new ArrayList<>(0);
  private Carrier carrier;
  private boolean started;
  private Task chosen;

  /** The task that runs on the carrier's own stack; null while that is free. */
  private Task direct;

  private boolean isUnwinding;
  private Outcome.End end;
  private Throwable fault;

  Turns(Machine machine, Tasks tasks, Cpus cpus, Clock clock, NextStep nextStep) {
    this.machine = machine;
    this.tasks = tasks;
    this.cpus = cpus;
    this.clock = clock;
    this.nextStep = nextStep;
    plainCalls =
        switch (machine.configuration().coroutines()) {
          case CONTINUATIONS -> true;
          case THREADS -> false;
          case AUTOMATIC -> CoroutineFactory.continuationsAvailable();
        };
    coroutines =
        plainCalls ? CoroutineFactory.continuations() : CoroutineFactory.threads(Carrier::new);
  }

  /** As {@link Machine#boot}. */
  void boot(Runnable setup) {
    onCarrier(
        () -> {
          carrier.current = tasks.boot;
          try {
            setup.run();
          } finally {
            carrier.current = null;
          }
        });
  }

  /** As {@link Machine#atEnd}. */
  void atEnd(Runnable check) {
    endChecks.add(check);
  }

  /** As {@link Machine#run}. */
  void run() {
    if (started) {
      throw new IllegalStateException(
          "this machine has run already; a run is a value, make another");
    }
    started = true;
    onCarrier(this::loop);
    if (fault instanceof DmsimFault f) {
      throw f;
    }
    if (fault != null) {
      throw new DmsimFault("modelled code failed in a way that the model does not know", fault);
    }
  }

  private void onCarrier(Runnable action) {
    Carrier.use(
        c -> {
          carrier = c;
          action.run();
        });
  }

  /** Whether {@code c} is the thread that the run goes on. */
  boolean areOn(Carrier c) {
    return c == carrier;
  }

  private void loop() {
    try {
      machine.prepare();
      if (!nextStep.begin()) {
        end = Outcome.End.GIVEN_UP;
        return;
      }
      chosen = nextStep.decide(null);
      takeTurns(null);
      if (fault == null) {
        over();
      }
    } catch (Throwable broken) {
      fault = broken;
    } finally {
      isUnwinding = false;
      machine.events().mute(false);
      carrier.current = null;
      for (int i = Tasks.FIRST; i < tasks.count(); i++) {
        Task t = tasks.get(i);
        if (!t.done && t.coroutine != null) {
          t.coroutine.abandon();
        }
        t.coroutine = null; // stacks of a later run may remember this machine, and no stack of its
      }
    }
  }

  /**
   * Runs one task after the other, until the run is over or it is {@code below}'s turn.
   *
   * <p>A task that starts while the carrier's own stack is free runs right there, as a plain call:
   * where tasks are short, most of them end without another one having been chosen in between, and
   * need no stack of their own. If another one is chosen, it runs on top.
   */
  private void takeTurns(Task below) {
    while (chosen != null && chosen != below) {
      Task t = chosen;
      chosen = null;
      if (t.queue != null) {
        flush(t);
        chosen = nextStep.decide(null);
        continue;
      }
      if (t == tasks.clock) {
        clock.tick();
        chosen = nextStep.decide(null);
        continue;
      }
      dispatch(t);
      boolean starts = !t.started;
      t.started = true;
      boolean ended;
      if (starts && plainCalls && direct == null && !t.isDaemon()) {
        direct = t;
        new TaskBody(t).run();
        direct = null;
        ended = end == null;
      } else {
        if (t.coroutine == null) {
          t.coroutine = coroutine(t);
        }
        t.coroutine.resume();
        ended = t.coroutine.isDone();
      }
      carrier.current = null;
      if (fault != null) {
        return;
      }
      if (ended) {
        ended(t);
        chosen = nextStep.decide(null);
      }
    }
  }

  /** A store reaches memory. */
  private void flush(Task actor) {
    carrier.current = actor;
    actor.queue.flush();
    carrier.current = null;
  }

  /** Puts a task on its CPU and makes it the current one. */
  private void dispatch(Task t) {
    boolean enters = t.cpu.current != t;
    if (enters) {
      cpus.enter(t);
    }
    if (cpus.areWatched()) {
      cpus.touch(t, enters);
    }
    nextStep.runs(t);
    carrier.current = t;
  }

  /** A stack for a task: one that an earlier machine of this carrier left, or a new one. */
  private Coroutine coroutine(Task t) {
    Runnable body = new TaskBody(t);
    if (Thread.currentThread() instanceof Carrier c) {
      Coroutine used = c.idle.pollLast();
      if (used != null && used.reuse(body)) {
        return used;
      }
    }
    return coroutines.create(t.name(), body);
  }

  private void ended(Task t) {
    tasks.ended(t);
    if (t.coroutine != null && Thread.currentThread() instanceof Carrier c) {
      c.idle.addLast(t.coroutine);
    }
    if (t.cpu.current == t) {
      t.cpu.current = null;
    }
  }

  // ---- in a task -------------------------------------------------------------------------------

  /**
   * The current task has come to a choice: whoever is chosen makes the next step. Comes back when
   * it is this task's turn again.
   */
  void choose(Task t) {
    unlessUnwinding();
    Task next = nextStep.decide(t.offCpu ? null : t);
    while (next != t && next != null && next.queue != null) {
      flush(next);
      carrier.current = t;
      next = nextStep.decide(t.offCpu ? null : t);
    }
    if (next != t) {
      chosen = next;
      if (t == direct) {
        runOthers(t);
      } else {
        t.coroutine.suspend();
      }
      if (fault != null) {
        throw new DmsimFault("the machine is broken", fault);
      }
    } else if (t.offCpu) {
      cpus.enter(t);
      if (cpus.areWatched()) {
        cpus.touch(t, true);
      }
    } else if (cpus.areWatched()) {
      cpus.touch(t, false);
    }
  }

  /**
   * In the task on the carrier's own stack: runs others on top of it until it is its turn. If the
   * run ends first, what it left is undone here, where the machine no longer looks.
   */
  private void runOthers(Task t) {
    carrier.current = null;
    takeTurns(t);
    if (chosen == t) {
      chosen = null;
      dispatch(t);
    } else if (fault == null) {
      over();
      isUnwinding = true;
      nextStep.stop();
      machine.lookAway();
      carrier.current = t;
      throw new Unwound();
    }
  }

  /**
   * Where the run is over, a task whose stack is being undone comes no further, and what it was
   * about to do stays what it was when the run ended: searches look at that.
   */
  void unlessUnwinding() {
    if (isUnwinding) {
      throw new Unwound();
    }
  }

  /** Unwinds the carrier's own stack when a run is over; modelled code never catches it. */
  private static final class Unwound extends Error {
    private static final long serialVersionUID = 1L;

    Unwound() {
      super(null, null, false, false);
    }
  }

  /** A task let out what no task may let out. */
  void failed(Throwable thrown) {
    if (end == null && fault == null) { // else it is a thread that was abandoned, unwinding
      fault = thrown;
    }
  }

  // ---- the end ---------------------------------------------------------------------------------

  /** No task can go on. */
  private void over() {
    if (end == null) {
      end = nextStep.cutOff();
    }
    if (end != null) {
      return;
    }
    List<Task> stuck = tasks.stuck();
    end = stuck.isEmpty() ? Outcome.End.FINISHED : Outcome.End.STUCK;
    if (!stuck.isEmpty()) {
      machine.report(StuckTasks.report(stuck, nextStep.number()));
    }
    carrier.current = tasks.boot;
    endChecks.forEach(this::checkEnd);
    carrier.current = null;
  }

  private void checkEnd(Runnable check) {
    try {
      check.run();
    } catch (RuntimeException | AssertionError thrown) {
      if (!UserFault.isOne(thrown)) {
        throw thrown;
      }
      machine.report(UserFault.report("a check at the end", thrown, nextStep.number()));
    }
  }

  /** As {@link Machine#end}. */
  Outcome.End end() {
    return end;
  }

  /** Whether the run is over and its last stack is undone, which nobody is to notice. */
  boolean isUnwinding() {
    return isUnwinding;
  }
}
