package org.dmsim.block;

/** Error numbers of Linux on x86-64. Kernel functions return them negated. */
public final class Errno {

  private Errno() {}

  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int E2BIG = 7;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int ENOTBLK = 15;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int EMFILE = 24;
  public static final int ENOTTY = 25;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int ERANGE = 34;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int EBADE = 52;
  public static final int ENODATA = 61;
  public static final int ENOLINK = 67;
  public static final int EBADMSG = 74;
  public static final int EOVERFLOW = 75;
  public static final int ENOKEY = 126;
  public static final int EREMCHG = 78;
  public static final int EILSEQ = 84;
  public static final int EOPNOTSUPP = 95;
  public static final int ENOTCONN = 107;
  public static final int ETOOMANYREFS = 109;
  public static final int ETIMEDOUT = 110;
  public static final int EREMOTEIO = 121;

  /**
   * The name of an error number, negated or not: {@code EIO} for 5 and for -5. A number without a
   * name here is {@code E} and the number.
   */
  public static String name(int errno) {
    int e = Math.abs(errno);
    return switch (e) {
      case EPERM -> "EPERM";
      case ENOENT -> "ENOENT";
      case ESRCH -> "ESRCH";
      case EINTR -> "EINTR";
      case EIO -> "EIO";
      case ENXIO -> "ENXIO";
      case E2BIG -> "E2BIG";
      case EBADF -> "EBADF";
      case EAGAIN -> "EAGAIN";
      case ENOMEM -> "ENOMEM";
      case EACCES -> "EACCES";
      case EFAULT -> "EFAULT";
      case ENOTBLK -> "ENOTBLK";
      case EBUSY -> "EBUSY";
      case EEXIST -> "EEXIST";
      case EXDEV -> "EXDEV";
      case ENODEV -> "ENODEV";
      case EINVAL -> "EINVAL";
      case EMFILE -> "EMFILE";
      case ENOTTY -> "ENOTTY";
      case EFBIG -> "EFBIG";
      case ENOSPC -> "ENOSPC";
      case EROFS -> "EROFS";
      case ERANGE -> "ERANGE";
      case ENAMETOOLONG -> "ENAMETOOLONG";
      case ENOSYS -> "ENOSYS";
      case ELOOP -> "ELOOP";
      case EBADE -> "EBADE";
      case ENODATA -> "ENODATA";
      case ENOLINK -> "ENOLINK";
      case EBADMSG -> "EBADMSG";
      case EOVERFLOW -> "EOVERFLOW";
      case ENOKEY -> "ENOKEY";
      case EREMCHG -> "EREMCHG";
      case EILSEQ -> "EILSEQ";
      case EOPNOTSUPP -> "EOPNOTSUPP";
      case ENOTCONN -> "ENOTCONN";
      case ETOOMANYREFS -> "ETOOMANYREFS";
      case ETIMEDOUT -> "ETIMEDOUT";
      case EREMOTEIO -> "EREMOTEIO";
      default -> "E" + e;
    };
  }
}
