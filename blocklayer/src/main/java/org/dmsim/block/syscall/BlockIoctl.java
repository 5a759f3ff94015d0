package org.dmsim.block.syscall;

import org.dmsim.block.BlockPolicy;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.block.core.BlkLib;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.memory.Gfp;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.KernelPolicies;

/** The ioctls of a block device that take a range: {@code block/ioctl.c}, 6.1. */
final class BlockIoctl {

  private BlockIoctl() {}

  @KernelSymbol("blkdev_ioctl")
  static int range(BlockFile file, Syscalls.RangeIoctl command, long start, long length) {
    boolean checksItself =
        command == Syscalls.RangeIoctl.DISCARD
            && kernel(file.bdev()).has(BlockPolicy.DISCARD_CHECKED_IN_IOCTL);
    if (checksItself) {
      return checkedDiscard(file, start, length);
    }
    if (!file.may(BlockDevice.FMODE_WRITE)) {
      return -Errno.EBADF;
    }
    return switch (command) {
      case DISCARD -> discard(file.bdev(), start, length);
      case SECURE_DISCARD -> secureErase(file.bdev(), start, length);
      case ZEROOUT -> zeroout(file.bdev(), start, length);
    };
  }

  private static KernelPolicies kernel(BlockDevice bdev) {
    return bdev.disk().disks().kernel();
  }

  /** Mirrors {@code blk_ioctl_discard} and {@code blk_validate_byte_range}, 6.12.117. */
  @KernelSymbol("blk_ioctl_discard")
  private static int checkedDiscard(BlockFile file, long start, long length) {
    BlockDevice bdev = file.bdev();
    if (bdev.queue().limits().maxDiscardSectors == 0) {
      return -Errno.EOPNOTSUPP;
    }
    if (!file.may(BlockDevice.FMODE_WRITE)) {
      return -Errno.EBADF;
    }
    if (bdev.isReadOnly()) {
      return -Errno.EPERM;
    }
    int block = bdev.queue().limits().logicalBlockSize;
    if (((start | length) & (block - 1)) != 0 || length == 0 || !fits(bdev, start, length)) {
      return -Errno.EINVAL;
    }
    bdev.lockRange();
    int error =
        BlkLib.issueCheckedDiscard(
            bdev, start >> Sectors.SHIFT, length >> Sectors.SHIFT, Gfp.KERNEL);
    bdev.unlockRange();
    return error;
  }

  private static boolean isWhole(long start, long length) {
    return ((start | length) & (Sectors.SIZE - 1)) == 0;
  }

  /** Whether a range of unsigned bytes ends inside the device. */
  private static boolean fits(BlockDevice bdev, long start, long length) {
    long end = start + length;
    return Long.compareUnsigned(end, start) >= 0 && Long.compareUnsigned(end, bdev.bytes()) <= 0;
  }

  @KernelSymbol("blk_ioctl_discard")
  private static int discard(BlockDevice bdev, long start, long length) {
    if (bdev.queue().limits().maxDiscardSectors == 0) {
      return -Errno.EOPNOTSUPP;
    }
    if (!isWhole(start, length) || !fits(bdev, start, length)) {
      return -Errno.EINVAL;
    }
    bdev.lockRange();
    int error =
        BlkLib.issueDiscard(bdev, start >> Sectors.SHIFT, length >> Sectors.SHIFT, Gfp.KERNEL);
    bdev.unlockRange();
    return error;
  }

  @KernelSymbol("blk_ioctl_secure_erase")
  private static int secureErase(BlockDevice bdev, long start, long length) {
    if (bdev.queue().limits().maxSecureEraseSectors == 0) {
      return -Errno.EOPNOTSUPP;
    }
    if (!isWhole(start, length) || !fits(bdev, start, length)) {
      return -Errno.EINVAL;
    }
    bdev.lockRange();
    int error =
        BlkLib.issueSecureErase(bdev, start >> Sectors.SHIFT, length >> Sectors.SHIFT, Gfp.KERNEL);
    bdev.unlockRange();
    return error;
  }

  @KernelSymbol("blk_ioctl_zeroout")
  private static int zeroout(BlockDevice bdev, long start, long length) {
    long last = start + length - 1;
    if (!isWhole(start, length)
        || Long.compareUnsigned(last, bdev.bytes()) >= 0
        || Long.compareUnsigned(last, start) < 0) {
      return -Errno.EINVAL;
    }
    bdev.lockRange();
    int error =
        BlkLib.issueZeroout(
            bdev, start >> Sectors.SHIFT, length >> Sectors.SHIFT, Gfp.KERNEL, BlkLib.ZERO_NOUNMAP);
    bdev.unlockRange();
    return error;
  }

  @KernelSymbol("blkdev_ioctl")
  static int driver(BlockFile file, int command) {
    BlockDevice bdev = file.bdev();
    return bdev.disk().operations().ioctl(bdev, file.mode(), command);
  }

  @KernelSymbol("blkdev_roset")
  static int setReadOnly(BlockFile file, boolean readOnly) {
    BlockDevice bdev = file.bdev();
    int error = bdev.disk().operations().setReadOnly(bdev, readOnly);
    if (error == 0) {
      bdev.setReadOnly(readOnly);
    }
    return error;
  }
}
