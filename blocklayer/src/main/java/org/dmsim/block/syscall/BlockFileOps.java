package org.dmsim.block.syscall;

import org.dmsim.block.Errno;
import org.dmsim.block.core.BlkLib;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.report.KernelSymbol;

/** Reads and writes of an open block device: {@code block/fops.c}, 6.1, O_DIRECT only. */
final class BlockFileOps {

  private BlockFileOps() {}

  /** Mirrors {@code blkdev_read_iter}, 6.1: reads up to the end of the device. */
  @KernelSymbol("blkdev_read_iter")
  static long readIter(Kiocb iocb) {
    long size = iocb.bdev().bytes();
    if (iocb.pos + iocb.count > size) {
      if (iocb.pos >= size) {
        return 0;
      }
      iocb.count = size - iocb.pos;
    }
    return DirectIo.start(iocb);
  }

  /** Mirrors {@code blkdev_write_iter}, 6.1: writes up to the end of the device. */
  @KernelSymbol("blkdev_write_iter")
  static long writeIter(Kiocb iocb) {
    BlockDevice bdev = iocb.bdev();
    long size = bdev.bytes();
    if (bdev.isReadOnly()) {
      return -Errno.EPERM;
    }
    if (iocb.pos >= size) {
      return -Errno.ENOSPC;
    }
    iocb.count = Math.min(iocb.count, size - iocb.pos);
    long written = directWrite(iocb);
    if (written > 0 && iocb.has(Syscalls.RWF_DSYNC | Syscalls.RWF_SYNC)) {
      int error = fsync(bdev);
      return error < 0 ? error : written;
    }
    return written;
  }

  @KernelSymbol("blkdev_direct_write")
  private static long directWrite(Kiocb iocb) {
    return DirectIo.start(iocb);
  }

  /** Mirrors {@code blkdev_fsync}, 6.1: a device without a volatile cache has nothing to do. */
  @KernelSymbol("blkdev_fsync")
  static int fsync(BlockDevice bdev) {
    int error = BlkLib.issueFlush(bdev);
    return error == -Errno.EOPNOTSUPP ? 0 : error;
  }
}
