package org.dmsim.dm.targets.stripe;

import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * Which path each region of a {@code switch} target goes to, packed into longs: as many entries a
 * long as fit without crossing it, the first in the lowest bits. Readers take no lock; a writer
 * replaces a whole long.
 */
final class RegionTable extends Shared {

  private final int entryBits;
  private final int entriesPerSlot;
  private final long regions;
  private final long[] slots;

  /** Regions dealt out to the paths in turn. */
  RegionTable(long regions, int paths) {
    super("sctx->region_table");
    this.regions = regions;
    entryBits = bitsFor(paths);
    entriesPerSlot = Long.SIZE / entryBits;
    slots = new long[(int) slotsFor(regions, paths)];
    int path = 0;
    for (long region = 0; region < regions; region++) {
      put(region, path);
      path = path + 1 < paths ? path + 1 : 0;
    }
  }

  private static int bitsFor(int paths) {
    return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(paths - 1));
  }

  /** How many longs that many regions take. */
  static long slotsFor(long regions, int paths) {
    long entries = Long.SIZE / bitsFor(paths);
    return Long.divideUnsigned(regions, entries)
        + (Long.remainderUnsigned(regions, entries) != 0 ? 1 : 0);
  }

  /** How many regions there are. */
  long regions() {
    return regions;
  }

  private int shift(long region) {
    return (int) (region % entriesPerSlot) * entryBits;
  }

  private long mask() {
    return (1L << entryBits) - 1;
  }

  /** The path of a region; {@code switch_region_table_read}. */
  int read(long region) {
    Sched.point(this, Access.READ);
    return (int) (slots[(int) (region / entriesPerSlot)] >>> shift(region) & mask());
  }

  /** Sends a region to a path; {@code switch_region_table_write}. */
  void write(long region, int path) {
    Sched.point(this, Access.WRITE);
    put(region, path);
  }

  private void put(long region, int path) {
    int slot = (int) (region / entriesPerSlot);
    int shift = shift(region);
    slots[slot] = slots[slot] & ~(mask() << shift) | (long) path << shift;
  }
}
