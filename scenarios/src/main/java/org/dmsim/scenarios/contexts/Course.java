package org.dmsim.scenarios.contexts;

import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration.ClockMode;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * What a run of the same operation may depend on besides its context, in a kernel as in the model:
 * who is faster. A recorded answer is that of one of these courses.
 */
public enum Course {
  /** A worker that is woken runs at once, where the task that woke it can be preempted. */
  WORKER_FIRST,
  /** The task goes to sleep before a worker has done what it waits for. */
  TASK_FIRST,
  /** A timer goes off before the task that armed it sleeps. */
  TIMER_FIRST,
  /** As the first, and RCU has callbacks of others queued. */
  CALLBACKS_QUEUED,
  /** As the first, and nobody has updated an SRCU domain since boot. */
  FIRST_USE;

  /** Whether static SRCU domains are yet to be set up. */
  boolean isFirstUse() {
    return this == FIRST_USE;
  }

  /** Whether callbacks of others are queued. */
  boolean hasCallbacks() {
    return this == CALLBACKS_QUEUED;
  }

  /** When time passes. */
  ClockMode clock() {
    return this == TIMER_FIRST ? ClockMode.ANY_TIME : ClockMode.WHEN_IDLE;
  }

  /** The schedule. */
  Strategy strategy() {
    return new Schedule(this);
  }

  private record Schedule(Course course) implements Strategy {
    @Override
    public boolean begin(Machine machine) {
      return true;
    }

    @Override
    public Task next(Choice choice) {
      Task byDefault = choice.byDefault();
      if (byDefault.isHandler() && course != TIMER_FIRST) {
        return byDefault;
      }
      for (int i = 0; i < choice.taskCount(); i++) {
        Task t = choice.task(i);
        if (isFirst(t) && choice.isEnabled(t)) {
          return t;
        }
      }
      return byDefault;
    }

    private boolean isFirst(Task t) {
      return switch (course) {
        case WORKER_FIRST, CALLBACKS_QUEUED, FIRST_USE -> t.name().startsWith("kworker");
        case TIMER_FIRST -> t.role() == Task.Role.CLOCK;
        case TASK_FIRST -> false;
      };
    }

    /** Asked whether a task sleeps although a worker may be done first. */
    @Override
    public int nextInt(int bound) {
      return course == TASK_FIRST ? 1 : 0;
    }
  }
}
