package org.dmsim.dm.targets.raid;

import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.memory.SharedInt;

/** A disk of a set, or the place of one: {@code struct md_rdev}. */
final class RaidDisk {

  final int number;

  /** Null where the table line has none. */
  DmDev device;

  /** {@code In_sync}: it was not told to be rebuilt. */
  boolean inSync = true;

  /** {@code WriteMostly}. */
  boolean writeMostly;

  /** {@code rdev->nr_pending}: I/Os under way. */
  final SharedInt pending = new SharedInt("rdev->nr_pending", 0);

  RaidDisk(int number) {
    this.number = number;
  }

  boolean isThere() {
    return device != null;
  }

  /** Whether it has its part of the data. */
  boolean isUsable() {
    return device != null && inSync;
  }

  BlockDevice bdev() {
    return device.bdev();
  }
}
