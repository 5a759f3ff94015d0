package org.dmsim.futex;

/**
 * Error numbers of x86-64 that futexes and robust mutexes answer with; a system call negates them.
 */
public final class Errno {

  private Errno() {}

  /** Not the owner, or not allowed to look. */
  public static final int EPERM = 1;

  /** No such task. */
  public static final int ESRCH = 3;

  /** A signal came; {@code ERESTARTSYS} where no handler runs. */
  public static final int EINTR = 4;

  /** The word has another value than the caller expected; EWOULDBLOCK. */
  public static final int EAGAIN = 11;

  /** An address that is not mapped, or is the kernel's. */
  public static final int EFAULT = 14;

  /** Held by another. */
  public static final int EBUSY = 16;

  /** A misaligned address, or a length or a state that does not fit. */
  public static final int EINVAL = 22;

  /** Held by the caller itself. */
  public static final int EDEADLK = 35;

  /** The time is over. */
  public static final int ETIMEDOUT = 110;

  /** Taken from an owner that died; the data may be in disorder. */
  public static final int EOWNERDEAD = 130;

  /** An owner died, and nobody made the data consistent. */
  public static final int ENOTRECOVERABLE = 131;

  /** The name, as {@code errno -l} has it; the number where this package does not know it. */
  public static String name(int errno) {
    return switch (Math.abs(errno)) {
      case 0 -> "0";
      case EPERM -> "EPERM";
      case ESRCH -> "ESRCH";
      case EINTR -> "EINTR";
      case EAGAIN -> "EAGAIN";
      case EFAULT -> "EFAULT";
      case EBUSY -> "EBUSY";
      case EINVAL -> "EINVAL";
      case EDEADLK -> "EDEADLK";
      case ETIMEDOUT -> "ETIMEDOUT";
      case EOWNERDEAD -> "EOWNERDEAD";
      case ENOTRECOVERABLE -> "ENOTRECOVERABLE";
      default -> Integer.toString(errno);
    };
  }
}
