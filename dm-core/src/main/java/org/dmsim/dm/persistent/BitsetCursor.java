package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;
import org.dmsim.block.Errno;

/** A place in a bitset: {@code struct dm_bitset_cursor}, 6.1. */
public final class BitsetCursor {

  private static final int PER_WORD = 64;

  private final ArrayCursor cursor;
  private int remaining;
  private int bit;
  private long bits;

  BitsetCursor(DiskArray array, long root, int size) throws MetadataException {
    if (size == 0) {
      throw new MetadataException(Errno.ENODATA);
    }
    remaining = size;
    cursor = array.cursor(root);
    load(0);
  }

  private void load(int at) {
    bits = MemorySegment.ofArray(cursor.get()).get(Le.LE64, 0);
    bit = at;
  }

  /**
   * To the next bit.
   *
   * @throws MetadataException ENODATA after the last
   */
  public void next() throws MetadataException {
    if (remaining == 0) {
      throw new MetadataException(Errno.ENODATA);
    }
    remaining--;
    if (++bit >= PER_WORD) {
      cursor.next();
      load(0);
    }
  }

  /** Over {@code count} bits; {@code dm_bitset_cursor_skip}. */
  public void skip(int count) throws MetadataException {
    int inWord = PER_WORD - bit;
    if (remaining < count) {
      throw new MetadataException(Errno.ENODATA);
    }
    if (count < inWord) {
      bit += count;
      remaining -= count;
      return;
    }
    remaining -= inWord;
    int left = count - inWord;
    cursor.skip(left / PER_WORD + 1);
    remaining -= left;
    load(left % PER_WORD);
  }

  /** The bit where it stands. */
  public boolean get() {
    return (bits >>> bit & 1) != 0;
  }

  /** Unlocks what it has locked; {@code dm_bitset_cursor_end}. */
  public void end() {
    cursor.end();
  }
}
