package org.dmsim.block.device;

import org.dmsim.block.Errno;

/**
 * What a disk driver does when its disk is opened, closed or asked something: {@code struct
 * block_device_operations}. What it does with a bio is said by {@code BioDriver}, which knows bios.
 */
public interface BlockDeviceOperations {

  /**
   * The whole disk or a partition is opened.
   *
   * @return 0 or a negative errno
   */
  default int open(BlockDevice bdev, int mode) {
    return 0;
  }

  /** What {@link #open} opened is closed. */
  default void release(Gendisk disk, int mode) {}

  /**
   * An ioctl that the block layer does not know.
   *
   * @return 0 or a negative errno
   */
  default int ioctl(BlockDevice bdev, int mode, int command) {
    return -Errno.ENOTTY;
  }

  /**
   * Somebody makes the device read-only or writable.
   *
   * @return 0 or a negative errno
   */
  default int setReadOnly(BlockDevice bdev, boolean readOnly) {
    return 0;
  }
}
