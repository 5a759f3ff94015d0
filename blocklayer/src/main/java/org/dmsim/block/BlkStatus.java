package org.dmsim.block;

import java.util.List;
import org.dmsim.report.KernelSymbol;

/** How a bio ended: {@code blk_status_t}, as of 6.1. */
public enum BlkStatus {
  /** Success. */
  OK(0),
  /** The device does not know the operation. */
  NOTSUPP(-Errno.EOPNOTSUPP),
  TIMEOUT(-Errno.ETIMEDOUT),
  NOSPC(-Errno.ENOSPC),
  TRANSPORT(-Errno.ENOLINK),
  TARGET(-Errno.EREMOTEIO),
  NEXUS(-Errno.EBADE),
  MEDIUM(-Errno.ENODATA),
  PROTECTION(-Errno.EILSEQ),
  /** Out of memory. */
  RESOURCE(-Errno.ENOMEM),
  /** Everything that has no status of its own. */
  IOERR(-Errno.EIO),
  /** Device mapper's own: the bio is to be sent again; never leaves it. */
  DM_REQUEUE(-Errno.EREMCHG),
  /** A REQ_NOWAIT bio would have had to wait. */
  AGAIN(-Errno.EAGAIN),
  DEV_RESOURCE(-Errno.EBUSY),
  ZONE_OPEN_RESOURCE(-Errno.ETOOMANYREFS),
  ZONE_ACTIVE_RESOURCE(-Errno.EOVERFLOW),
  OFFLINE(-Errno.ENODEV);

  /** As a message of the kernel's names it, in front of "error". */
  public String words() {
    return switch (this) {
      case OK -> "";
      case NOTSUPP -> "operation not supported";
      case TIMEOUT -> "timeout";
      case NOSPC -> "critical space allocation";
      case TRANSPORT -> "recoverable transport";
      case TARGET -> "critical target";
      case NEXUS -> "reservation conflict";
      case MEDIUM -> "critical medium";
      case PROTECTION -> "protection";
      case RESOURCE -> "kernel resource";
      case DEV_RESOURCE -> "device resource";
      case AGAIN -> "nonblocking retry";
      case OFFLINE -> "device offline";
      case DM_REQUEUE -> "dm internal retry";
      case ZONE_OPEN_RESOURCE -> "open zones exceeded";
      case ZONE_ACTIVE_RESOURCE -> "active zones exceeded";
      case IOERR -> "I/O";
    };
  }

  private static final List<BlkStatus> ALL = List.of(values());

  private final int errno;

  BlkStatus(int errno) {
    this.errno = errno;
  }

  /** The negative errno that a caller in the kernel sees; 0 for success. */
  @KernelSymbol("blk_status_to_errno")
  public int toErrno() {
    return errno;
  }

  /** The status for a negative errno; {@link #IOERR} for one that has none. */
  @KernelSymbol("errno_to_blk_status")
  public static BlkStatus ofErrno(int negative) {
    for (BlkStatus s : ALL) {
      if (s.errno == negative) {
        return s;
      }
    }
    return IOERR;
  }
}
