package org.dmsim.report;

/** A fault of dmsim itself: an assumption of the machine that did not hold. Ends a run BROKEN. */
public final class DmsimFault extends Error {
  private static final long serialVersionUID = 1L;

  /** Says what was assumed and what was found. */
  public DmsimFault(String message) {
    super(message);
  }

  /** As {@link #DmsimFault(String)}, with what caused it. */
  public DmsimFault(String message, Throwable cause) {
    super(message, cause);
  }
}
