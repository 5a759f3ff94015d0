package org.dmsim.machine;

/** A {@link SwitchHook} that is also told what context each task is in: RCU has to know. */
public interface ContextHook extends SwitchHook {

  /** A task comes back to user space, or leaves it. */
  void userMode(Task task, boolean enters);

  /** A task can no longer be preempted, or can again; in its own context. */
  default void preemption(Task task, boolean off) {}

  /** A task has closed its outermost RCU reader, and not by {@code rcu_read_unlock} itself. */
  default void readerLeft(Task task) {}
}
