package org.dmsim.dm.targets;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.BlockDevice;

/**
 * How a clone came in, for a target that may have to send it out again: {@code struct
 * dm_bio_details}, 6.1.
 */
public final class BioDetails {

  private BlockDevice bdev;
  private long sector;
  private long size;
  private int dataOffset;

  /** Nothing is remembered yet. */
  public BioDetails() {}

  /** Remembers how the clone came in; {@code dm_bio_record}. */
  public void record(Bio bio) {
    bdev = bio.bdev();
    sector = bio.sector();
    size = bio.size();
    dataOffset = bio.dataOffset();
  }

  /** Takes the clone back to how it came in, to end once more; {@code dm_bio_restore}. */
  public void restore(Bio bio) {
    bio.setDev(bdev);
    bio.setSector(sector);
    bio.setSize(size);
    bio.setDataOffset(dataOffset);
    bio.setEndIo(bio.endIo());
  }
}
