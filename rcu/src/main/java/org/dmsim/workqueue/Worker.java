package org.dmsim.workqueue;

import java.util.ArrayDeque;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/** One kernel thread of a pool. */
final class Worker implements Blocker, Runnable {

  private final WorkerPool pool;
  private Task task;

  /** Works that must follow the one that runs, because they are the same work. */
  final ArrayDeque<Work> scheduled = new ArrayDeque<>(0);

  Work current;

  Worker(WorkerPool pool) {
    this.pool = pool;
  }

  void setTask(Task t) {
    task = t;
  }

  Task task() {
    return task;
  }

  /** Whether it neither serves a work nor sleeps inside one. */
  boolean isRunning() {
    return current != null && (task.blocker() == null || task.isSpinning());
  }

  @Override
  @KernelSymbol("worker_thread")
  public void run() {
    for (; ; ) {
      Sched.await(pool, Access.WRITE, this);
      Work next = pool.take(this);
      while (next != null) {
        processOneWork(next);
        next = scheduled.poll();
      }
    }
  }

  /** Mirrors {@code process_one_work}. */
  @KernelSymbol("process_one_work")
  private void processOneWork(Work work) {
    Sched.touch(work, Access.WRITE);
    Workqueue wq = work.queue;
    long ticket = work.ticket;
    work.dequeued(this);
    current = work;
    WorkChecks.begins(wq, work);
    work.run();
    WorkChecks.ends(wq, work);
    Sched.point(work, Access.WRITE);
    Sched.touch(pool, Access.WRITE);
    current = null;
    work.ended();
    wq.done(pool, ticket);
  }

  /** Whether a work waits that this worker may start. */
  @Override
  public boolean ready() {
    return pool.hasWorkFor();
  }

  @Override
  public String waitsFor() {
    return "work";
  }
}
