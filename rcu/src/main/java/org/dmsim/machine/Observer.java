package org.dmsim.machine;

/**
 * Is told of every step of a run, without an object being made: for searches, traces and tables.
 * What happens besides is told by {@link Machine#events}. Must not change the model.
 */
public interface Observer {

  /** A task makes the step that it had announced. */
  default void step(Task task, Shared object, Access access) {}

  /** The same step touches another object too. */
  default void touch(Task task, Shared object, Access access) {}

  /** What the step read or wrote, in words. */
  default void value(Task task, Object value) {}

  /** Whether it wants to be told of values; asked once, when it begins to watch. */
  default boolean wantsValues() {
    return false;
  }

  /** A CPU goes from one task to another; either may be null, for idle. */
  default void contextSwitch(Cpu cpu, Task prev, Task next, boolean preempted) {}

  /** A task or a handler comes to be; the maker is null where the run has not begun. */
  default void spawned(Task maker, Task task) {}

  /**
   * Which task runs where begins to matter. Tasks that have a CPU each do not come here.
   *
   * @param tasks a task found its CPU taken by another one; else an interrupt was raised
   */
  default void cpusMatter(boolean tasks) {}

  /** A task goes to sleep, or begins to spin; {@link Waits} says the same. */
  default void blocked(Task task, Blocker blocker) {}
}
