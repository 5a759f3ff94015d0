package org.dmsim.dm.targets.mirror;

import org.dmsim.block.bio.Bio;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.memory.SharedInt;

/** One side of a mirror: {@code struct mirror}. */
final class Leg {

  /** What can go wrong with it: {@code DM_RAID1_*_ERROR}, the most severe first. */
  enum Failure {
    FLUSH('F'),
    WRITE('D'),
    SYNC('S'),
    READ('R');

    private final char letter;

    Failure(char letter) {
      this.letter = letter;
    }
  }

  final int index;
  final DmDev device;
  final long offset;
  private final SharedInt errors = new SharedInt("m->error_count", 0);
  private final SharedInt failures = new SharedInt("m->error_type", 0);

  Leg(int index, DmDev device, long offset) {
    this.index = index;
    this.device = device;
    this.offset = offset;
  }

  boolean isGood() {
    return errors.readOnce() == 0;
  }

  /** Counts a failure; whether one of the kind was there before. */
  boolean fail(Failure f) {
    errors.add(1);
    int bit = 1 << f.ordinal();
    return (failures.fetchOr(bit) & bit) != 0;
  }

  void reset() {
    errors.writeOnce(0);
    failures.writeOnce(0);
  }

  /** A letter for the most severe of its failures; A for none. */
  char letter() {
    if (isGood()) {
      return 'A';
    }
    int bits = failures.readOnce();
    for (Failure f : Failure.values()) {
      if ((bits & 1 << f.ordinal()) != 0) {
        return f.letter;
      }
    }
    return 'U';
  }

  /** Where a bio's first sector lies on it. */
  long sector(Bio bio, long begin) {
    return bio.size() == 0 ? 0 : offset + bio.sector() - begin;
  }

  IoRegion region(Bio bio, long begin) {
    return new IoRegion(device.bdev(), sector(bio, begin), bio.sectors());
  }
}
