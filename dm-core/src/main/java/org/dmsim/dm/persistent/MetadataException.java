package org.dmsim.dm.persistent;

/** What a function of the metadata answers if it fails: an errno. */
public final class MetadataException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * A failure.
   *
   * @param errno positive, as in {@link org.dmsim.block.Errno}
   */
  public MetadataException(int errno) {
    super("errno " + errno, null, false, false);
    this.errno = errno;
  }

  /** The positive errno. */
  public int errno() {
    return errno;
  }
}
