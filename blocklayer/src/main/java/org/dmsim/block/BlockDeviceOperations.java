package org.dmsim.block;

/** What a disk driver does: {@code struct block_device_operations}, for bio-based drivers. */
public interface BlockDeviceOperations {

  /**
   * Takes a bio in hand; its {@link Bio#endio} is called once, now or later. Called with the
   * queue's usage counter held, by one task at a time for bios of one submission.
   */
  void submitBio(Bio bio);

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
