package org.dmsim.block.syscall;

import org.dmsim.block.BlockPolicy;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.core.BlkLib;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.memory.Gfp;
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
      long read = DirectIo.start(iocb);
      boolean lost = read > 0 && hasPolicy(iocb.bdev(), BlockPolicy.READ_PAST_END_IS_NOTHING);
      return lost ? 0 : read;
    }
    return DirectIo.start(iocb);
  }

  private static boolean hasPolicy(BlockDevice bdev, BlockPolicy policy) {
    return BlockLayer.of(bdev).kernel().has(policy);
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

  private static final int FALLOC_FL_KEEP_SIZE = 0x1;
  private static final int FALLOC_FL_PUNCH_HOLE = 0x2;
  private static final int FALLOC_FL_COLLAPSE_RANGE = 0x8;
  private static final int FALLOC_FL_ZERO_RANGE = 0x10;
  private static final int FALLOC_FL_INSERT_RANGE = 0x20;
  private static final int FALLOC_FL_UNSHARE_RANGE = 0x40;
  private static final int FALLOC_FL_SUPPORTED = 0x7b;

  /** Mirrors {@code vfs_fallocate}, 6.1, as far as a block device gets there. */
  @KernelSymbol("vfs_fallocate")
  static int vfsFallocate(BlockFile file, int mode, long start, long length) {
    if (start < 0 || length <= 0) {
      return -Errno.EINVAL;
    }
    boolean punch = (mode & FALLOC_FL_PUNCH_HOLE) != 0;
    if ((mode & ~FALLOC_FL_SUPPORTED) != 0
        || (punch && (mode & FALLOC_FL_ZERO_RANGE) != 0)
        || (punch && (mode & FALLOC_FL_KEEP_SIZE) == 0)) {
      return -Errno.EOPNOTSUPP;
    }
    int alone = mode & (FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_INSERT_RANGE);
    if (alone != 0 && mode != alone) {
      return -Errno.EINVAL;
    }
    int unshared = ~(FALLOC_FL_UNSHARE_RANGE | FALLOC_FL_KEEP_SIZE);
    if ((mode & FALLOC_FL_UNSHARE_RANGE) != 0 && (mode & unshared) != 0) {
      return -Errno.EINVAL;
    }
    if (!file.may(BlockDevice.FMODE_WRITE)) {
      return -Errno.EBADF;
    }
    return start + length < 0 ? -Errno.EFBIG : fallocate(file.bdev(), mode, start, length);
  }

  @KernelSymbol("blkdev_fallocate")
  private static int fallocate(BlockDevice bdev, int mode, long start, long length) {
    int known = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE;
    if ((mode & ~known) != 0) {
      return -Errno.EOPNOTSUPP;
    }
    long size = bdev.bytes();
    long n = length;
    if (start >= size) {
      return -Errno.EINVAL;
    }
    if (start + n - 1 >= size || start + n - 1 < 0) {
      if ((mode & FALLOC_FL_KEEP_SIZE) == 0) {
        return -Errno.EINVAL;
      }
      n = size - start;
    }
    if (((start | n) & (bdev.queue().limits().logicalBlockSize - 1)) != 0) {
      return -Errno.EINVAL;
    }
    bdev.lockRange();
    int error = changeRange(bdev, mode, start >> Sectors.SHIFT, n >> Sectors.SHIFT);
    bdev.unlockRange();
    return error;
  }

  private static int changeRange(BlockDevice bdev, int mode, long sector, long sectors) {
    return switch (mode) {
      case FALLOC_FL_ZERO_RANGE, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE ->
          BlkLib.issueZeroout(bdev, sector, sectors, Gfp.KERNEL, BlkLib.ZERO_NOUNMAP);
      case FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE ->
          BlkLib.issueZeroout(bdev, sector, sectors, Gfp.KERNEL, BlkLib.ZERO_NOFALLBACK);
      default -> -Errno.EOPNOTSUPP;
    };
  }

  /** Mirrors {@code blkdev_fsync}, 6.1: a device without a volatile cache has nothing to do. */
  @KernelSymbol("blkdev_fsync")
  static int fsync(BlockDevice bdev) {
    int error = BlkLib.issueFlush(bdev);
    return error == -Errno.EOPNOTSUPP ? 0 : error;
  }
}
