package org.dmsim.dm.targets;

/** Why a target, or a whole table, was refused: an errno and {@code ti->error}. */
public final class TargetError extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * A refusal.
   *
   * @param errno a positive errno, such as {@code Errno.EINVAL}
   * @param error the words that the kernel log shows
   */
  public TargetError(int errno, String error) {
    super(error, null, false, false);
    this.errno = errno;
  }

  /** The positive errno. */
  public int errno() {
    return errno;
  }
}
