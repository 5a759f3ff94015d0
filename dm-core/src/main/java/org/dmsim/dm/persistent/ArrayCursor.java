package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;

/** A place in an array: {@code struct dm_array_cursor}, 6.1. */
public final class ArrayCursor {
  private final DiskArray array;
  private final BTreeCursor cursor;
  private ArrayBlock block;
  private int index;

  ArrayCursor(DiskArray array, long root) throws MetadataException {
    this.array = array;
    try {
      cursor = array.blocks().cursor(root, true);
    } catch (MetadataException e) {
      DmLog.say(ArrayBlock.PREFIX, "couldn't create btree cursor");
      throw e;
    }
    load();
  }

  /** Mirrors {@code load_ablock}. */
  private void load() throws MetadataException {
    if (block != null) {
      array.tm().unlock(block.block());
    }
    block = null;
    index = 0;
    try {
      BTree.Entry e = get("dm_btree_cursor_get_value failed", cursor::get);
      long b = MemorySegment.ofArray(e.value()).get(Le.LE64, 0);
      block = get("get_ablock failed", () -> array.read(b));
    } catch (MetadataException e) {
      cursor.end();
      throw e;
    }
  }

  private interface Getter<T> {
    T get() throws MetadataException;
  }

  private static <T> T get(String failed, Getter<T> getter) throws MetadataException {
    try {
      return getter.get();
    } catch (MetadataException e) {
      DmLog.say(ArrayBlock.PREFIX, failed);
      throw e;
    }
  }

  /**
   * To the next value.
   *
   * @throws MetadataException ENODATA after the last
   */
  public void next() throws MetadataException {
    if (block == null) {
      throw new MetadataException(Errno.ENODATA);
    }
    if (++index >= block.entries()) {
      cursor.next();
      load();
    }
  }

  /** Over {@code count} values; {@code dm_array_cursor_skip}. */
  public void skip(int count) throws MetadataException {
    for (int left = count; ; ) {
      int remaining = block.entries() - index;
      if (left < remaining) {
        index += left;
        return;
      }
      left -= remaining;
      index += remaining - 1;
      next();
    }
  }

  /** The value where it stands. */
  public byte[] get() {
    return block.get(index);
  }

  /** Unlocks what it has locked; {@code dm_array_cursor_end}. */
  public void end() {
    if (block != null) {
      array.tm().unlock(block.block());
      block = null;
    }
    cursor.end();
  }
}
