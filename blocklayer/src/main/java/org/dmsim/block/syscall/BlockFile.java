package org.dmsim.block.syscall;

import org.dmsim.block.BlockPolicy;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.queue.RequestQueue;

/** {@code struct file} of an open block device, opened with O_DIRECT. */
public final class BlockFile {

  private final BlockDevice bdev;
  private final int mode;
  private final boolean nowait;
  private boolean open = true;

  BlockFile(BlockDevice bdev, int mode) {
    this.bdev = bdev;
    this.mode = mode;
    this.nowait =
        !bdev.disk().disks().kernel().has(BlockPolicy.NOWAIT_AT_OPEN)
            || bdev.queue().has(RequestQueue.QUEUE_FLAG_NOWAIT);
  }

  /** The device. */
  public BlockDevice bdev() {
    return bdev;
  }

  /** How it was opened: {@code FMODE_} bits of {@link BlockDevice}. */
  public int mode() {
    return mode;
  }

  /** {@code FMODE_NOWAIT}: whether RWF_NOWAIT may be used, decided when it was opened. */
  boolean mayNowait() {
    return nowait;
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
