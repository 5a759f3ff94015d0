package org.dmsim.workqueue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Access;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * The workers of one CPU, or those bound to none; mirrors {@code struct worker_pool}, 6.1. On a
 * CPU's pool one worker runs at a time: another goes on when that one sleeps.
 */
final class WorkerPool extends Shared {

  private final Machine machine;
  private final Cpu cpu;
  private final int number;
  private final String suffix;
  private final ArrayDeque<Work> worklist = new ArrayDeque<>();
  private final List<Worker> workers = new ArrayList<>(2);

  /**
   * {@code cpu} is null for the pool that is bound to none; {@code suffix} is {@code H} for one of
   * high priority, as in the names of its workers.
   */
  WorkerPool(Machine machine, Cpu cpu, int number, String suffix) {
    super(cpu != null ? "worker pool of " + cpu + suffix : "worker pool u" + number);
    this.suffix = suffix;
    this.machine = machine;
    this.cpu = cpu;
    this.number = number;
  }

  boolean isBound() {
    return cpu != null;
  }

  /** Adds a work whose turn it is; the caller's step touches this pool. */
  void add(Work work) {
    Sched.touch(this, Access.WRITE);
    work.pool = this;
    worklist.add(work);
    provideWorker();
    Task t = Task.current();
    if (t != null && isBound()) {
      t.needResched = true; // whatever others do, so that its next steps do not depend on them
    }
  }

  /**
   * A worker that comes to wait inside a work, or goes on there, decides whether others of a CPU's
   * pool may start one.
   */
  void waits(Task t) {
    for (int i = 0; i < workers.size(); i++) {
      Worker w = workers.get(i);
      if (w.task() == t && w.current != null && machine.observer() != null) {
        machine.observer().touch(t, this, Access.WRITE);
      }
    }
  }

  void remove(Work work) {
    Sched.touch(this, Access.WRITE);
    if (!worklist.remove(work)) {
      for (Worker w : workers) {
        w.scheduled.remove(work);
      }
    }
  }

  /** Makes a worker if work waits that none of those there are can start. */
  void provideWorker() {
    if (!hasWorkFor()) {
      return;
    }
    int idle = 0;
    for (Worker w : workers) {
      idle += w.current == null ? 1 : 0;
    }
    if (idle >= (isBound() ? 1 : worklist.size())) {
      return;
    }
    Worker w = new Worker(this);
    String name =
        "kworker/" + (isBound() ? "" + cpu.number() : "u" + number) + ":" + workers.size() + suffix;
    workers.add(w);
    w.setTask(machine.spawnDaemon(name, w));
    if (isBound()) {
      w.task().pinTo(cpu);
    }
  }

  /** Whether a work waits, and no worker of a CPU's pool runs. */
  boolean hasWorkFor() {
    if (worklist.isEmpty()) {
      return false;
    }
    if (isBound()) {
      for (int i = 0; i < workers.size(); i++) {
        if (workers.get(i).isRunning()) {
          return false;
        }
      }
    }
    return true;
  }

  /** The next work for a worker; null if another worker runs the same one and will do it. */
  Work take(Worker worker) {
    Work next = worklist.poll();
    if (next != null && next.runner != null) {
      next.runner.scheduled.add(next);
      return null;
    }
    return next;
  }
}
