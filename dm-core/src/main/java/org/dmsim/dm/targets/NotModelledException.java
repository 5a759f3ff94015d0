package org.dmsim.dm.targets;

/**
 * A question that the kernel has an answer to and the model has none. Not an answer of the kernel,
 * and no fault of the model: who asks must ask something else.
 */
public final class NotModelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is not modelled, and what is instead. */
  public NotModelledException(String message) {
    super(message);
  }
}
