package org.dmsim.dm.targets.verity;

/** A block that is not verified: an errno for its bio. */
final class VerityException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  VerityException(int errno) {
    super("errno " + errno, null, false, false);
    this.errno = errno;
  }

  /** The positive errno. */
  int errno() {
    return errno;
  }
}
