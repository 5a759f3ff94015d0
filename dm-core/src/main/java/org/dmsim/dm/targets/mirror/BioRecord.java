package org.dmsim.dm.targets.mirror;

import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.BioDetails;

/** What is kept with a clone: {@code struct dm_raid1_bio_record}. */
final class BioRecord {

  /** For a write: the region that counts it. */
  long writeRegion;

  /** For a read that was sent straight on: where to; null where it cannot be tried again. */
  Leg readFrom;

  private final BioDetails details = new BioDetails();

  void begin() {
    readFrom = null;
  }

  /** Remembers how the clone came in. */
  void record(Bio bio, Leg to) {
    readFrom = to;
    details.record(bio);
  }

  /** Takes the clone back to how it came in. */
  void restore(Bio bio) {
    details.restore(bio);
    readFrom = null;
  }
}
