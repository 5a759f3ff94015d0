package org.dmsim.block.syscall;

import java.util.function.LongSupplier;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * What a process can ask of a block device. Every call enters the kernel and leaves it again;
 * results are those of the kernel: bytes or 0, or a negative errno.
 */
public final class Syscalls {

  /** {@code RWF_HIPRI}: poll for the end. */
  public static final int RWF_HIPRI = 0x1;

  /** {@code RWF_DSYNC}: the data is on its medium when the call returns. */
  public static final int RWF_DSYNC = 0x2;

  /** {@code RWF_SYNC}: as RWF_DSYNC, metadata too. */
  public static final int RWF_SYNC = 0x4;

  /** {@code RWF_NOWAIT}: -EAGAIN in place of waiting. */
  public static final int RWF_NOWAIT = 0x8;

  private static final int RWF_SUPPORTED = 0x1f;

  /** {@code MAX_RW_COUNT}: more bytes than that are not asked for at once. */
  static final long MAX_RW_COUNT = 0x7fff_f000L;

  private Syscalls() {}

  private static long inKernel(LongSupplier call) {
    Task t = Task.current();
    if (t == null) {
      return call.getAsLong();
    }
    Machine m = t.machine();
    m.setUserMode(t, false);
    long result = call.getAsLong();
    m.setUserMode(t, true);
    return result;
  }

  /** What {@link #open} returned: a file, or else a negative errno. */
  public record Opened(BlockFile file, int error) {}

  /**
   * Opens a device with O_DIRECT.
   *
   * @param bdev the device; null is -ENXIO
   * @param write whether to open it for writing too
   */
  public static Opened open(BlockDevice bdev, boolean write) {
    return open(bdev, BlockDevice.FMODE_READ | (write ? BlockDevice.FMODE_WRITE : 0));
  }

  /**
   * Opens a device with O_DIRECT.
   *
   * @param bdev the device; null is -ENXIO
   * @param mode of {@code FMODE_}; with {@link BlockDevice#FMODE_EXCL} the file holds the device
   *     until it is closed, as O_EXCL asks for
   */
  public static Opened open(BlockDevice bdev, int mode) {
    if (bdev == null) {
      return new Opened(null, -Errno.ENXIO);
    }
    BlockFile file = new BlockFile(bdev, mode);
    int error = (int) inKernel(() -> blkdevOpen(file));
    return new Opened(error == 0 ? file : null, error);
  }

  @KernelSymbol("blkdev_open")
  private static int blkdevOpen(BlockFile file) {
    boolean exclusive = (file.mode() & BlockDevice.FMODE_EXCL) != 0;
    return file.bdev().open(file.mode(), exclusive ? file : null);
  }

  /** Closes a file. */
  public static int close(BlockFile file) {
    if (!file.isOpen()) {
      return -Errno.EBADF;
    }
    return (int) inKernel(() -> blkdevClose(file));
  }

  @KernelSymbol("blkdev_close")
  private static int blkdevClose(BlockFile file) {
    file.closed();
    file.bdev().close(file.mode());
    return 0;
  }

  /**
   * Reads into one run of memory, past the page cache.
   *
   * @param buffer memory whose first byte starts a page
   * @param offset first byte of it to fill
   * @param length bytes to read
   * @param pos where in the device, bytes
   * @param flags {@code RWF_} bits
   * @return bytes read, 0 at the end of the device, or a negative errno
   */
  public static long preadv2(
      BlockFile file, byte[] buffer, int offset, long length, long pos, int flags) {
    Task t = Task.current();
    if (t == null) {
      return sysPreadv2(file, buffer, offset, length, pos, flags);
    }
    t.machine().setUserMode(t, false);
    long result = sysPreadv2(file, buffer, offset, length, pos, flags);
    t.machine().setUserMode(t, true);
    return result;
  }

  /**
   * Reads into several runs of memory, past the page cache.
   *
   * @param length bytes to read: those of all runs
   * @return as {@link #preadv2(BlockFile, byte[], int, long, long, int)}
   */
  public static long preadv2(BlockFile file, IovIter iter, long length, long pos, int flags) {
    return inKernel(() -> sysPreadv2(Kiocb.init(file, false, iter, length, pos, flags)));
  }

  /**
   * Reads as a ring of io_uring does that was made with IORING_SETUP_IOPOLL: its end is polled for,
   * and nobody is told of it. Parameters as of {@link #preadv2}.
   *
   * @return bytes read, 0 at the end of the device, or a negative errno
   */
  public static long readPolled(BlockFile file, byte[] buffer, int offset, long length, long pos) {
    return inKernel(
        () -> {
          Kiocb iocb = Kiocb.init(file, false, buffer, offset, length, pos, 0);
          iocb.polled = true;
          return ioRead(iocb);
        });
  }

  @KernelSymbol("io_read")
  private static long ioRead(Kiocb iocb) {
    return doIterRead(iocb);
  }

  private static long sysPreadv2(
      BlockFile file, byte[] buffer, int offset, long length, long pos, int flags) {
    return sysPreadv2(Kiocb.init(file, false, buffer, offset, length, pos, flags));
  }

  @KernelSymbol("__x64_sys_preadv2")
  private static long sysPreadv2(Kiocb iocb) {
    return doPreadv(iocb);
  }

  @KernelSymbol("do_preadv")
  private static long doPreadv(Kiocb iocb) {
    return iocb.pos < 0 ? -Errno.EINVAL : !iocb.file.isOpen() ? -Errno.EBADF : vfsReadv(iocb);
  }

  @KernelSymbol("vfs_readv")
  private static long vfsReadv(Kiocb iocb) {
    return importIovec(iocb) ? doIterRead(iocb) : -Errno.EINVAL;
  }

  /** A length that is negative as a signed number is refused; a longer one is shortened. */
  private static boolean importIovec(Kiocb iocb) {
    if (iocb.count < 0) {
      return false;
    }
    iocb.count = Math.min(iocb.count, MAX_RW_COUNT);
    return true;
  }

  @KernelSymbol("do_iter_read")
  private static long doIterRead(Kiocb iocb) {
    if (!iocb.file.may(BlockDevice.FMODE_READ)) {
      return -Errno.EBADF;
    }
    if (iocb.count == 0) {
      return 0;
    }
    return iocb.pos + iocb.count < 0 ? -Errno.EINVAL : doIterReadvWritev(iocb);
  }

  /** Where the flags of the call are looked at. */
  @KernelSymbol("do_iter_readv_writev")
  private static long doIterReadvWritev(Kiocb iocb) {
    if ((iocb.flags & ~RWF_SUPPORTED) != 0 || (iocb.has(RWF_NOWAIT) && !iocb.file.mayNowait())) {
      return -Errno.EOPNOTSUPP;
    }
    return iocb.write ? BlockFileOps.writeIter(iocb) : BlockFileOps.readIter(iocb);
  }

  /**
   * Writes one run of memory, past the page cache; parameters as of {@link #preadv2}.
   *
   * @return bytes written, or a negative errno
   */
  public static long pwritev2(
      BlockFile file, byte[] buffer, int offset, long length, long pos, int flags) {
    Task t = Task.current();
    if (t == null) {
      return sysPwritev2(file, buffer, offset, length, pos, flags);
    }
    t.machine().setUserMode(t, false);
    long result = sysPwritev2(file, buffer, offset, length, pos, flags);
    t.machine().setUserMode(t, true);
    return result;
  }

  /**
   * Writes several runs of memory, past the page cache.
   *
   * @param length bytes to write: those of all runs
   * @return as {@link #pwritev2(BlockFile, byte[], int, long, long, int)}
   */
  public static long pwritev2(BlockFile file, IovIter iter, long length, long pos, int flags) {
    return inKernel(() -> sysPwritev2(Kiocb.init(file, true, iter, length, pos, flags)));
  }

  private static long sysPwritev2(
      BlockFile file, byte[] buffer, int offset, long length, long pos, int flags) {
    return sysPwritev2(Kiocb.init(file, true, buffer, offset, length, pos, flags));
  }

  @KernelSymbol("__x64_sys_pwritev2")
  private static long sysPwritev2(Kiocb iocb) {
    return doPwritev(iocb);
  }

  @KernelSymbol("do_pwritev")
  private static long doPwritev(Kiocb iocb) {
    return iocb.pos < 0 ? -Errno.EINVAL : !iocb.file.isOpen() ? -Errno.EBADF : vfsWritev(iocb);
  }

  @KernelSymbol("vfs_writev")
  private static long vfsWritev(Kiocb iocb) {
    return importIovec(iocb) ? doIterWrite(iocb) : -Errno.EINVAL;
  }

  @KernelSymbol("do_iter_write")
  private static long doIterWrite(Kiocb iocb) {
    if (!iocb.file.may(BlockDevice.FMODE_WRITE)) {
      return -Errno.EBADF;
    }
    if (iocb.count == 0) {
      return 0;
    }
    return iocb.pos + iocb.count < 0 ? -Errno.EINVAL : doIterReadvWritev(iocb);
  }

  /**
   * What was written is on its medium when this returns.
   *
   * @return 0 or a negative errno
   */
  public static int fdatasync(BlockFile file) {
    return (int) inKernel(() -> sysFdatasync(file));
  }

  @KernelSymbol("__x64_sys_fdatasync")
  private static int sysFdatasync(BlockFile file) {
    return file.isOpen() ? BlockFileOps.fsync(file.bdev()) : -Errno.EBADF;
  }

  /** An ioctl of a block device that takes a range of bytes. */
  public enum RangeIoctl {
    /** {@code BLKDISCARD}. */
    DISCARD,
    /** {@code BLKSECDISCARD}. */
    SECURE_DISCARD,
    /** {@code BLKZEROOUT}. */
    ZEROOUT
  }

  /**
   * Discards or zeroes a range of bytes.
   *
   * @param start unsigned
   * @param length unsigned
   * @return 0 or a negative errno
   */
  public static int ioctl(BlockFile file, RangeIoctl command, long start, long length) {
    return (int) inKernel(() -> sysIoctl(file, command, start, length));
  }

  @KernelSymbol("__x64_sys_ioctl")
  private static int sysIoctl(BlockFile file, RangeIoctl command, long start, long length) {
    return file.isOpen() ? BlockIoctl.range(file, command, start, length) : -Errno.EBADF;
  }

  /**
   * {@code fallocate(2)}: makes a range read as zeroes, or discards it.
   *
   * @param mode {@code FALLOC_FL_} bits
   * @param start byte
   * @param length bytes
   * @return 0 or a negative errno
   */
  public static int fallocate(BlockFile file, int mode, long start, long length) {
    return (int) inKernel(() -> sysFallocate(file, mode, start, length));
  }

  @KernelSymbol("__x64_sys_fallocate")
  private static int sysFallocate(BlockFile file, int mode, long start, long length) {
    return file.isOpen() ? BlockFileOps.vfsFallocate(file, mode, start, length) : -Errno.EBADF;
  }

  /**
   * An ioctl that only the driver of the device may know.
   *
   * @return what the driver says, or a negative errno
   */
  public static int ioctl(BlockFile file, int command) {
    return (int) inKernel(() -> sysIoctl(file, command));
  }

  @KernelSymbol("__x64_sys_ioctl")
  private static int sysIoctl(BlockFile file, int command) {
    return file.isOpen() ? BlockIoctl.driver(file, command) : -Errno.EBADF;
  }

  /**
   * {@code BLKROSET}: makes a device read-only, or writable.
   *
   * @return 0 or a negative errno
   */
  public static int setReadOnly(BlockFile file, boolean readOnly) {
    return (int) inKernel(() -> BlockIoctl.setReadOnly(file, readOnly));
  }
}
