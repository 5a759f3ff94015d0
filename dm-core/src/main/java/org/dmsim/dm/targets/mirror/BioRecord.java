package org.dmsim.dm.targets.mirror;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.BlockDevice;

/** What is kept with a clone: {@code struct dm_raid1_bio_record}. */
final class BioRecord {

  /** For a write: the region that counts it. */
  long writeRegion;

  /** For a read that was sent straight on: where to; null where it cannot be tried again. */
  Leg readFrom;

  private BlockDevice bdev;
  private long sector;
  private long size;
  private int dataOffset;

  void begin() {
    readFrom = null;
  }

  /** Remembers how the clone came in; {@code dm_bio_record}. */
  void record(Bio bio, Leg to) {
    readFrom = to;
    bdev = bio.bdev();
    sector = bio.sector();
    size = bio.size();
    dataOffset = bio.dataOffset();
  }

  /** Takes the clone back to how it came in; {@code dm_bio_restore}. */
  void restore(Bio bio) {
    bio.setDev(bdev);
    bio.setSector(sector);
    bio.setSize(size);
    bio.setDataOffset(dataOffset);
    bio.setEndIo(bio.endIo()); // it will end once more
    readFrom = null;
  }
}
