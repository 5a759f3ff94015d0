package org.dmsim.context;

import org.dmsim.machine.Task;

/** A section in which the task may be preempted and yet must not sleep. Nothing on real threads. */
public final class NonBlock {

  private NonBlock() {}

  /** {@code non_block_start}. Nests. */
  public static void start() {
    Task t = Task.current();
    if (t != null) {
      t.nonBlockCount++;
    }
  }

  /** {@code non_block_end}. */
  public static void end() {
    Task t = Task.current();
    if (t != null) {
      t.nonBlockCount--;
    }
  }
}
