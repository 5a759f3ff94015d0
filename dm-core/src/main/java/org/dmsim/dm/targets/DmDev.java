package org.dmsim.dm.targets;

import org.dmsim.block.device.BlockDevice;

/**
 * A device that a table has open: {@code struct dm_dev}.
 *
 * @param bdev the block device
 * @param name as a table line shows it: {@code MAJOR:MINOR}
 * @param writable whether it is open for writing too
 */
public record DmDev(BlockDevice bdev, String name, boolean writable) {

  /** Two openings are the same only if they are one. */
  @Override
  public boolean equals(Object o) {
    return this == o;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
