package org.dmsim.machine;

/**
 * Ends a task after a BUG or a fatal fault of modelled code, whose report is made already. Modelled
 * code lets it pass.
 */
public final class Oops extends Error {
  private static final long serialVersionUID = 1L;

  /** The task ends here. */
  public Oops() {
    super("the task was killed by an oops", null, false, false);
  }
}
