package org.dmsim.machine;

/**
 * A task stands still outside the model: in a monitor, a park, a lock or a queue of the JDK, which
 * the machine does not see and nobody else can end. The task's code is at fault, and no schedule.
 * Its message names the task, where it stands, and what to use instead.
 */
public final class BlockedOutside extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BlockedOutside(String message) {
    super(message);
  }
}
