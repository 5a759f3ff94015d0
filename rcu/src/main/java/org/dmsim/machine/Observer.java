package org.dmsim.machine;

/** Watches a run: for explorers, traces and tables. Must not change the model. */
public interface Observer {

  /** A task makes the step that it had announced. */
  default void step(Task task, Shared object, Access access) {}

  /** The same step touches another object too. */
  default void touch(Task task, Shared object, Access access) {}

  /** What the step read or wrote, in words. */
  default void value(Task task, Object value) {}

  /** A CPU goes from one task to another; either may be null, for idle. */
  default void contextSwitch(Cpu cpu, Task prev, Task next, boolean preempted) {}

  /** A task goes to sleep. */
  default void blocked(Task task, Blocker blocker) {}
}
