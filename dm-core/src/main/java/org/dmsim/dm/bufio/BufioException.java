package org.dmsim.dm.bufio;

/** A block that could not be read: an errno. */
public final class BufioException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  BufioException(int errno) {
    super("errno " + errno, null, false, false);
    this.errno = errno;
  }

  /** The positive errno. */
  public int errno() {
    return errno;
  }
}
