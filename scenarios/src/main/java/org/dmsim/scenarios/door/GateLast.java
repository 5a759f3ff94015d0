package org.dmsim.scenarios.door;

import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * Whoever can go on goes on, then what waits at the door is let in, then time passes. Among those
 * who can go on it is the one that is running, until it waits; or another strategy chooses.
 */
final class GateLast implements Strategy {

  private final Strategy inner;
  private final Others others = new Others();
  private Task gate;
  private Callers callers;

  /** Programs that go in lockstep with the machine. */
  interface Callers {
    /** Comes back when every one of them waits. */
    void stand();

    /** Whether one waits to be let in. */
    boolean areWaiting();
  }

  /**
   * An order.
   *
   * @param inner who chooses among the other tasks; null for the machine's own order
   */
  GateLast(Strategy inner) {
    this.inner = inner;
  }

  /** The task that waits at the door. */
  void putLast(Task task) {
    gate = task;
  }

  /** From here on the door is one among those who could go on, where a program waits at it. */
  void goInStepWith(Callers c) {
    callers = c;
  }

  @Override
  public boolean begin(Machine machine) {
    return inner == null || inner.begin(machine);
  }

  @Override
  public Task next(Choice choice) {
    if (callers != null) {
      callers.stand();
      if (callers.areWaiting() && choice.isEnabled(gate)) {
        others.choice = choice;
        others.gateToo = true;
        others.byDefault = choice.byDefault();
        return inner.next(others);
      }
      others.gateToo = false;
    }
    Task byDefault = choice.byDefault();
    boolean plain = byDefault != gate && byDefault.role() != Task.Role.CLOCK;
    if (plain && inner == null) {
      return byDefault;
    }
    Task first = plain ? byDefault : firstOther(choice);
    if (first == null) {
      return gate != null && choice.isEnabled(gate) ? gate : byDefault;
    }
    if (inner == null) {
      return first;
    }
    others.choice = choice;
    others.byDefault = first;
    return inner.next(others);
  }

  private Task firstOther(Choice choice) {
    for (int i = 0; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      if (t != gate && t.role() != Task.Role.CLOCK && choice.isEnabled(t)) {
        return t;
      }
    }
    return null;
  }

  @Override
  public int nextInt(int bound) {
    return inner == null ? 0 : inner.nextInt(bound);
  }

  /** The same choice without the door and the clock. */
  private final class Others implements Choice {
    private Choice choice;
    private Task byDefault;
    private boolean gateToo;

    @Override
    public long step() {
      return choice.step();
    }

    @Override
    public Task current() {
      return choice.current() == gate && !gateToo ? null : choice.current();
    }

    @Override
    public int taskCount() {
      return choice.taskCount();
    }

    @Override
    public Task task(int index) {
      return choice.task(index);
    }

    @Override
    public boolean isEnabled(Task task) {
      return (task != gate || gateToo) && task.role() != Task.Role.CLOCK && choice.isEnabled(task);
    }

    @Override
    public Task byDefault() {
      return byDefault;
    }
  }
}
