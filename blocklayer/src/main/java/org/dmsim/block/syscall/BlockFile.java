package org.dmsim.block.syscall;

import org.dmsim.block.device.BlockDevice;

/** {@code struct file} of an open block device, opened with O_DIRECT. */
public final class BlockFile {

  private final BlockDevice bdev;
  private final int mode;
  private boolean open = true;

  BlockFile(BlockDevice bdev, int mode) {
    this.bdev = bdev;
    this.mode = mode;
  }

  /** The device. */
  public BlockDevice bdev() {
    return bdev;
  }

  /** How it was opened: {@code FMODE_} bits of {@link BlockDevice}. */
  public int mode() {
    return mode;
  }

  /** Whether it was not closed yet. */
  public boolean isOpen() {
    return open;
  }

  boolean may(int bit) {
    return (mode & bit) != 0;
  }

  void closed() {
    open = false;
  }
}
