package org.dmsim.scenarios.door;

import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.block.queue.RequestQueue;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;

/** A block device that an NBD client has open. Its methods run in a task of the machine. */
final class NbdExport {

  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int FALLOC_FL_PUNCH_HOLE = 2;
  private static final int FALLOC_FL_ZERO_RANGE = 0x10;

  // Transmission flags.
  private static final int HAS_FLAGS = 1;
  private static final int READ_ONLY = 2;
  private static final int SEND_FLUSH = 4;
  private static final int SEND_FUA = 8;
  private static final int ROTATIONAL = 16;
  private static final int SEND_TRIM = 32;
  private static final int SEND_WRITE_ZEROES = 64;
  private static final int CAN_MULTI_CONN = 256;
  private static final int SEND_FAST_ZERO = 2048;

  private final BlockFile file;
  private final BlockDevice bdev;

  private NbdExport(BlockFile file) {
    this.file = file;
    bdev = file.bdev();
  }

  /** Opens a device, for reading only if that is all it can; null if it cannot be opened. */
  static NbdExport open(BlockDevice bdev) {
    if (bdev == null) {
      return null;
    }
    Syscalls.Opened o = Syscalls.open(bdev, true);
    if (o.error() != 0) {
      o = Syscalls.open(bdev, false);
    }
    return o.error() != 0 ? null : new NbdExport(o.file());
  }

  /** Closes it. */
  void close() {
    Syscalls.close(file);
  }

  /** Bytes. */
  long size() {
    return bdev.bytes();
  }

  /** What it can do. */
  int flags() {
    RequestQueue q = bdev.queue();
    QueueLimits l = q.limits();
    boolean readOnly = bdev.isReadOnly() || (file.mode() & BlockDevice.FMODE_WRITE) == 0;
    return HAS_FLAGS
        | SEND_FLUSH
        | SEND_FUA
        | SEND_WRITE_ZEROES
        | SEND_FAST_ZERO
        | CAN_MULTI_CONN
        | (readOnly ? READ_ONLY : 0)
        | (q.has(RequestQueue.QUEUE_FLAG_NONROT) ? 0 : ROTATIONAL)
        | (l.maxDiscardSectors > 0 ? SEND_TRIM : 0);
  }

  /** Bytes: no request may be smaller, or lie across. */
  int blockSize() {
    return bdev.queue().limits().logicalBlockSize;
  }

  /** Whether a request lies on whole blocks within the device. */
  boolean fits(long offset, long length) {
    long mask = blockSize() - 1;
    return ((offset | length) & mask) == 0 && offset >= 0 && length <= size() - offset;
  }

  /** All of it, or a negative errno. */
  int read(byte[] to, long offset) {
    long n = Syscalls.preadv2(file, to, 0, to.length, offset, 0);
    return n == to.length ? 0 : n < 0 ? (int) n : -Errno.EIO;
  }

  int write(byte[] from, long offset, boolean fua) {
    int flags = fua ? Syscalls.RWF_DSYNC : 0;
    long n = Syscalls.pwritev2(file, from, 0, from.length, offset, flags);
    return n == from.length ? 0 : n < 0 ? (int) n : -Errno.EIO;
  }

  int flush() {
    return Syscalls.fdatasync(file);
  }

  int trim(long offset, long length, boolean fua) {
    int r = Syscalls.ioctl(file, Syscalls.RangeIoctl.DISCARD, offset, length);
    return r == 0 && fua ? flush() : r;
  }

  /**
   * Zeroes a range.
   *
   * @param hole whether the device may give the blocks back
   * @param fast whether to refuse rather than write the zeroes
   */
  int zero(long offset, long length, boolean fua, boolean hole, boolean fast) {
    if (length == 0) {
      return 0;
    }
    // Punching a hole never falls back to writing zeroes, 6.1: blkdev_fallocate.
    int r = -Errno.EOPNOTSUPP;
    if (hole || fast) {
      int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
      r = Syscalls.fallocate(file, mode, offset, length);
    }
    if (r == -Errno.EOPNOTSUPP && !fast) {
      r = Syscalls.fallocate(file, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, offset, length);
    }
    return r == 0 && fua ? flush() : r;
  }
}
