package org.dmsim.lockdep;

/** How a lock is taken: what {@code lock_acquire} calls {@code read}. */
public final class LockUse {

  /** For writing, or a lock that knows no readers. */
  public static final int WRITE = 0;

  /** By a reader that waits for a waiting writer. */
  public static final int READ = 1;

  /** By a reader that may take it again inside itself. */
  public static final int READ_RECURSIVE = 2;

  private LockUse() {}
}
