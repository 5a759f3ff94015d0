package org.dmsim.machine;

/** The signals that wait for a task: what a killer writes and its victim reads. */
final class Signals extends Shared {

  private final Task task;

  Signals(Task task) {
    super(task.making(), "signals", 0);
    this.task = task;
  }

  /** One step of the killer's. */
  void kill() {
    Sched.point(this, Access.WRITE);
    if (!task.done && !task.exiting) {
      task.killed = true;
    }
  }

  /**
   * {@code exit_to_user_mode}, and the interrupt that brings the signal to a task in user mode. The
   * step looks at the signals and then makes its access, or ends the task in its place; it counts
   * as touching both either way, so that a search sees one and the same step before and after a
   * kill.
   */
  void take(Observer observer) {
    if (!task.userMode || task.exiting) {
      return;
    }
    if (observer != null) {
      observer.touch(task, this, Access.READ);
    }
    if (task.killed) {
      throw new Killed();
    }
  }

  @Override
  public String label() {
    return "signals of " + task.name();
  }
}
