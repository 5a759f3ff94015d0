package org.dmsim.dm.prison;

/**
 * What a cell is for: {@code struct dm_cell_key}, 6.1. Keys with overlapping ranges are the same.
 *
 * @param virtual blocks of a device as its user counts them, or those below
 * @param dev which device
 * @param begin first block
 * @param end after the last
 */
public record CellKey(boolean virtual, long dev, long begin, long end)
    implements Comparable<CellKey> {

  /** Mirrors {@code cmp_keys}. */
  @Override
  public int compareTo(CellKey o) {
    int c = Boolean.compare(virtual, o.virtual);
    if (c == 0) {
      c = Long.compareUnsigned(dev, o.dev);
    }
    if (c != 0) {
      return c;
    }
    if (Long.compareUnsigned(end, o.begin) <= 0) {
      return -1;
    }
    return Long.compareUnsigned(begin, o.end) >= 0 ? 1 : 0;
  }
}
