package org.dmsim.dm.targets.integrity;

import org.dmsim.machine.Blocker;
import org.dmsim.machine.Shared;

/**
 * Sectors that somebody works on, so that nobody else does: {@code struct dm_integrity_range}. Who
 * finds them taken waits in line.
 */
final class Range extends Shared implements Blocker {

  long sector;
  long sectors;
  boolean waiting;

  Range() {
    super("dm_integrity_range");
  }

  Range(long sector, long sectors) {
    this();
    this.sector = sector;
    this.sectors = sectors;
  }

  long end() {
    return sector + sectors;
  }

  boolean overlaps(Range other) {
    return sector < other.end() && end() > other.sector;
  }

  @Override
  public boolean ready() {
    return !waiting;
  }

  @Override
  public String waitsFor() {
    return "sectors " + sector + " + " + sectors;
  }
}
