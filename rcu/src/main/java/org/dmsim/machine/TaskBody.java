package org.dmsim.machine;

/** What a task's coroutine runs; its frame is at the bottom of the task's own stack. */
final class TaskBody implements Runnable {

  private final Task task;

  TaskBody(Task task) {
    this.task = task;
  }

  @Override
  public void run() {
    Machine m = task.machine();
    if (Thread.currentThread() instanceof Carrier c && !m.turns().areOn(c)) {
      c.current = task; // a thread of its own: the task's for good
    }
    try {
      try {
        task.body().run();
      } catch (Killed bySignal) {
        // It ends here, as any other task does.
      }
      m.exit(task);
    } catch (Oops killed) {
      // The report is made, and the task is gone with what it held.
    } catch (Throwable t) {
      if (UserFault.isOne(t)) {
        m.report(UserFault.report("task " + task.name(), t, m.step()));
      } else {
        m.turns().failed(t);
      }
    }
  }
}
