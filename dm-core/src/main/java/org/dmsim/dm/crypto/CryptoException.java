package org.dmsim.dm.crypto;

/** Why the crypto API refused: an errno. */
public final class CryptoException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * A refusal.
   *
   * @param errno a positive errno, such as {@code Errno.ENOENT}
   */
  public CryptoException(int errno) {
    super("errno " + errno, null, false, false);
    this.errno = errno;
  }

  /** The positive errno. */
  public int errno() {
    return errno;
  }
}
