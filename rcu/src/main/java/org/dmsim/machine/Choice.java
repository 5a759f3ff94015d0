package org.dmsim.machine;

/** A scheduling point, as a strategy sees it. Reused from one point to the next. */
public interface Choice {

  /** The scheduling point's number in this run, from 1. */
  long step();

  /** The task that arrived here and is still on its CPU; null if it sleeps or has ended. */
  Task current();

  /** Number of tasks that the machine has ever had; indices run from 0. */
  int taskCount();

  /** The task with an index. */
  Task task(int index);

  /** Whether a task could make the next step. */
  boolean isEnabled(Task task);

  /**
   * What a machine without a strategy does: an interrupt first, else the current task, else the
   * next one by index, cyclically; the clock last. A pure function of the state, so a schedule can
   * be written down as its deviations from it.
   */
  Task byDefault();
}
