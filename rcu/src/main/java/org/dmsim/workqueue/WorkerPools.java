package org.dmsim.workqueue;

import org.dmsim.machine.Cpu;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.SwitchHook;
import org.dmsim.machine.Task;

/** The worker pools of a machine, and the workqueues that are there from the start. */
final class WorkerPools implements SwitchHook {

  private static final MachineKey<WorkerPools> KEY =
      new MachineKey<>("workqueues", WorkerPools::new);

  private final WorkerPool[] bound;
  private final WorkerPool[] urgent;
  private final WorkerPool unbound;

  /** Whether a work is reported that leaves an RCU reader open. */
  final boolean leakOfRcuIsSeen;

  /** {@code system_wq}. */
  final Workqueue events;

  /** {@code system_unbound_wq}. */
  final Workqueue eventsUnbound = Workqueue.alloc("events_unbound", Workqueue.UNBOUND);

  /** {@code rcu_gp_wq}. */
  final Workqueue rcuGp = Workqueue.alloc("rcu_gp", Workqueue.MEM_RECLAIM);

  private WorkerPools(Machine machine) {
    leakOfRcuIsSeen = WorkqueuePolicy.LEAK_OF_RCU_SEEN.holdsIn(machine);
    boolean second = WorkqueuePolicy.TWO_QUEUES_NAMED_EVENTS.holdsIn(machine);
    events = new Workqueue("events", "(wq_completion)events" + (second ? "#2" : ""), 0);
    bound = new WorkerPool[machine.cpuCount()];
    urgent = new WorkerPool[machine.cpuCount()];
    for (int c = 0; c < bound.length; c++) {
      bound[c] = new WorkerPool(machine, machine.cpu(c), c, "");
      urgent[c] = new WorkerPool(machine, machine.cpu(c), c, "H");
    }
    // Two pools a CPU come first, one of each priority, in the kernel's numbering.
    unbound = new WorkerPool(machine, null, 2 * bound.length, "");
    machine.addHook(this);
  }

  static WorkerPools of(Machine machine) {
    return machine.part(KEY);
  }

  /** The pool of a CPU; null for the one that is bound to none, which here has one priority. */
  WorkerPool pool(Cpu cpu, boolean highPriority) {
    return cpu == null ? unbound : (highPriority ? urgent : bound)[cpu.number()];
  }

  /** Mirrors {@code wq_worker_sleeping}: a worker that sleeps lets another one start. */
  @Override
  public void contextSwitch(Cpu cpu, Task prev, boolean preempted) {
    if (!preempted) {
      bound[cpu.number()].waits(prev);
      bound[cpu.number()].provideWorker();
      urgent[cpu.number()].provideWorker();
    }
  }

  @Override
  public void waits(Task task) {
    bound[task.cpu().number()].waits(task);
  }
}
