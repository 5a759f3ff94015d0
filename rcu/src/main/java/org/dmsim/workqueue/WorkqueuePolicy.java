package org.dmsim.workqueue;

import org.dmsim.machine.Machine;
import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in workqueues. */
public enum WorkqueuePolicy implements Policy {
  /** lockdep numbers classes of one name in the order of their first use, which is at boot. */
  TWO_QUEUES_NAMED_EVENTS(
      "system_percpu_wq is called events as well, so that lockdep calls system_wq events#2",
      Change.of(
          "128ea9f6ccfb", "workqueue: Add system_percpu_wq and system_dfl_wq", "6.17", "6.12.117")),
  /** {@code RUN_TO_PARITY}: whom a task wakes does not take its CPU before its slice is over. */
  WOKEN_WORKER_WAITS(
      Part.SCHEDULER,
      "a worker that is woken waits until the running task sleeps, unless it has high priority, and"
          + " no longer takes the CPU at once",
      Change.of("63304558ba5d", "sched/eevdf: Curb wakeup-preemption", "6.6-rc1")),
  /** Until then a report named the lock and the preempt count only. */
  LEAK_OF_RCU_SEEN(
      "a work that leaves an RCU reader open is reported, and the report has the counts",
      Change.of(
          "1a65a6d17cbc",
          "workqueue: Add rcu lock check at the end of work item execution",
          "6.9"));

  private final Fact fact;

  WorkqueuePolicy(String sentence, Change since) {
    this(Part.CHECKS, sentence, since);
  }

  WorkqueuePolicy(Part part, String sentence, Change since) {
    fact = new Fact(part, sentence, since);
  }

  @Override
  public Fact fact() {
    return fact;
  }

  boolean holdsIn(Machine machine) {
    return machine.configuration().policies().has(this);
  }
}
