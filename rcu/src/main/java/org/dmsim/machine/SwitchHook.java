package org.dmsim.machine;

/** What kernel code does on the way from one task to another; RCU lives on it. */
public interface SwitchHook {

  /**
   * A CPU leaves a task, in that task's context or on its behalf.
   *
   * @param preempted false if the task asked for it
   */
  default void contextSwitch(Cpu cpu, Task prev, boolean preempted) {}

  /**
   * A task comes to stand before a wait, asleep or not, or goes on behind it. What a hook looks up
   * for others by that is theirs to touch; only observed runs tell.
   */
  default void waits(Task task) {}

  /** A task ends, in its own context, as {@code do_exit} does. */
  default void exit(Task task) {}

  /** A handler starts on top of what it interrupts; null for idle. */
  default void interruptEnter(Task handler, Task interrupted) {}

  /** A handler ends. */
  default void interruptExit(Task handler, Task interrupted) {}
}
