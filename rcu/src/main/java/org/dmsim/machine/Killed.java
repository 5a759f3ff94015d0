package org.dmsim.machine;

/** Ends a task that took a fatal signal. Modelled code lets it pass. */
public final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  Killed() {
    super("the task was killed by a signal", null, false, false);
  }
}
