package org.dmsim.scenarios.door;

import org.dmsim.block.Errno;

/** A system call cannot be made as it was asked for: its answer is an errno. */
class CallError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * An answer.
   *
   * @param errno positive
   */
  CallError(int errno) {
    super(Errno.name(errno), null, false, false);
    this.errno = errno;
  }

  /** What the call returns: negative. */
  int result() {
    return -errno;
  }

  /** The result of a host's call, or this error. */
  static long check(long result) {
    if (result < 0) {
      throw new CallError((int) -result);
    }
    return result;
  }
}
