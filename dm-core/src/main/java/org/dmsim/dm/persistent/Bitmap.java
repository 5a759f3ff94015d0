package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;

/**
 * A block of counts, two bits each: 0, 1, 2, and 3 for a count that stands in a B-tree. {@code
 * struct disk_bitmap_header} and what follows it, {@code dm-space-map-common.c}, 6.1.
 */
final class Bitmap {

  /** {@code struct disk_bitmap_header}: checksum, nothing, block number. */
  private static final int HEADER = 16;

  private static final int ENTRIES_PER_BYTE = 4;
  private static final int ENTRIES_PER_WORD = 32;
  private static final int ENTRIES_SHIFT = 5;
  private static final long WORD_MASK_HIGH = 0xAAAAAAAAAAAAAAAAL;
  private static final int CSUM_XOR = 240779;

  static final BlockValidator VALIDATOR =
      new BlockValidator("sm_bitmap", 8, CSUM_XOR) {
        @Override
        protected String logPrefix() {
          return LowLevelMap.PREFIX;
        }

        @Override
        protected String checkName() {
          return "bitmap check";
        }
      };

  private Bitmap() {}

  static int entriesPerBlock(int blockSize) {
    return (blockSize - HEADER) * ENTRIES_PER_BYTE;
  }

  private static int wordOffset(int b) {
    return HEADER + (b >> ENTRIES_SHIFT << 3);
  }

  /** Mirrors {@code dm_bitmap_word_used}: whether none of 32 is free. */
  private static boolean wordUsed(MemorySegment at, int b) {
    long bits = at.get(Le.LE64, wordOffset(b));
    long mask = (bits + WORD_MASK_HIGH + 1) & WORD_MASK_HIGH;
    return (~bits & mask) == 0;
  }

  /** Mirrors {@code sm_lookup_bitmap}: the first of the two bits is the higher one. */
  static int lookup(MemorySegment at, int b) {
    long pair = at.get(Le.LE64, wordOffset(b)) >>> ((b & (ENTRIES_PER_WORD - 1)) << 1);
    return (int) ((pair & 1) << 1 | (pair >>> 1 & 1));
  }

  /** Mirrors {@code sm_set_bitmap}. */
  static void set(MemorySegment at, int b, int value) {
    int shift = (b & (ENTRIES_PER_WORD - 1)) << 1;
    long pair = value >> 1 & 1 | (value & 1) << 1;
    long word = at.get(Le.LE64, wordOffset(b)) & ~(3L << shift);
    at.set(Le.LE64, wordOffset(b), word | pair << shift);
  }

  /**
   * Mirrors {@code sm_find_free}: the first free from {@code begin} to before {@code end}, or -1.
   */
  static int findFree(MemorySegment at, int begin, int end) {
    int b = begin;
    while (b < end) {
      if ((b & (ENTRIES_PER_WORD - 1)) == 0 && wordUsed(at, b)) {
        b += ENTRIES_PER_WORD;
      } else if (lookup(at, b) == 0) {
        return b;
      } else {
        b++;
      }
    }
    return -1;
  }
}
