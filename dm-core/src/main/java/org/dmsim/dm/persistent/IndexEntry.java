package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;

/**
 * Where one bitmap lies: {@code struct disk_index_entry}.
 *
 * @param block of the bitmap
 * @param free how many of its entries are free
 * @param noneFreeBefore no entry before this one is free
 */
record IndexEntry(long block, int free, int noneFreeBefore) {

  /** Bytes on disk. */
  static final int SIZE = 16;

  static IndexEntry read(MemorySegment at, long offset) {
    return new IndexEntry(
        at.get(Le.LE64, offset), at.get(Le.LE32, offset + 8), at.get(Le.LE32, offset + 12));
  }

  void write(MemorySegment at, long offset) {
    at.set(Le.LE64, offset, block);
    at.set(Le.LE32, offset + 8, free);
    at.set(Le.LE32, offset + 12, noneFreeBefore);
  }

  IndexEntry at(long where) {
    return new IndexEntry(where, free, noneFreeBefore);
  }

  /** As it is when the entry {@code bit} of its bitmap is used now. */
  IndexEntry taken(int bit) {
    return new IndexEntry(block, free - 1, noneFreeBefore == bit ? bit + 1 : noneFreeBefore);
  }

  /** As it is when the entry {@code bit} of its bitmap is free now. */
  IndexEntry freed(int bit) {
    int before = Integer.compareUnsigned(noneFreeBefore, bit) < 0 ? noneFreeBefore : bit;
    return new IndexEntry(block, free + 1, before);
  }
}
