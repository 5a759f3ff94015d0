package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;
import org.dmsim.block.Errno;

/** The index of a data device's bitmaps: a B-tree, with a cache of 64 entries above it. 6.1. */
final class DiskMap extends LowLevelMap {

  /** {@code IE_CACHE_SIZE}. */
  private static final int CACHE_SIZE = 64;

  private static final int BIG_PRIME = (int) 4294967291L;
  private static final BTreeValue ENTRY = () -> IndexEntry.SIZE;

  /** {@code struct ie_cache}. */
  private record Cached(long index, IndexEntry entry, boolean dirty) {}

  private final BTree bitmaps;
  private final Cached[] cache;

  DiskMap(TransactionManager tm) {
    this(tm, new Cached[CACHE_SIZE]);
  }

  private DiskMap(TransactionManager tm, Cached[] cache) {
    super(tm);
    this.bitmaps = new BTree(tm, 1, ENTRY);
    this.cache = cache;
  }

  @Override
  LowLevelMap copy() {
    DiskMap copy = new DiskMap(tm, cache.clone());
    copyTo(copy);
    return copy;
  }

  /** Mirrors {@code dm_hash_block}. */
  private static int slot(long index) {
    return ((int) index * BIG_PRIME) & (CACHE_SIZE - 1);
  }

  /** Makes room in a slot for another entry. */
  private void evict(int slot) throws MetadataException {
    Cached c = cache[slot];
    if (c != null && c.dirty()) {
      cache[slot] = new Cached(c.index(), c.entry(), false);
      writeBack(c);
    }
  }

  private void writeBack(Cached c) throws MetadataException {
    byte[] value = new byte[IndexEntry.SIZE];
    c.entry().write(MemorySegment.ofArray(value), 0);
    bitmapRoot = bitmaps.insert(bitmapRoot, value, c.index());
  }

  @Override
  IndexEntry load(long index) throws MetadataException {
    int slot = slot(index);
    Cached c = cache[slot];
    if (c != null && c.index() == index) {
      return c.entry();
    }
    evict(slot);
    byte[] value = bitmaps.lookup(bitmapRoot, index);
    if (value == null) {
      throw new MetadataException(Errno.ENODATA);
    }
    IndexEntry entry = IndexEntry.read(MemorySegment.ofArray(value), 0);
    cache[slot] = new Cached(index, entry, false);
    return entry;
  }

  @Override
  void save(long index, IndexEntry entry) throws MetadataException {
    int slot = slot(index);
    indexChanged = true;
    if (cache[slot] != null && cache[slot].index() != index) {
      evict(slot);
    }
    cache[slot] = new Cached(index, entry, true);
  }

  @Override
  void initIndex() throws MetadataException {
    bitmapRoot = bitmaps.empty();
  }

  @Override
  void openIndex() {}

  @Override
  long maxEntries() {
    return -1L;
  }

  @Override
  void writeIndex() throws MetadataException {
    for (int i = 0; i < CACHE_SIZE; i++) {
      evict(i);
    }
  }
}
