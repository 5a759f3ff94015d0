package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;

/**
 * What both kinds of space map write: bitmaps, an index of them, and a B-tree of the counts above
 * 2. Mirrors {@code struct ll_disk}, 6.1.
 */
abstract class LowLevelMap {

  static final String PREFIX = "space map common";

  /** Those that a bitmap cannot say. */
  private static final int MANY = 3;

  private static final BTreeValue COUNT = () -> 4;

  final TransactionManager tm;
  final BTree refCounts;
  final int entriesPerBlock;
  long blocks;
  long allocated;
  long bitmapRoot;
  long refCountRoot;
  boolean indexChanged;

  LowLevelMap(TransactionManager tm) {
    this.tm = tm;
    this.refCounts = new BTree(tm, 1, COUNT);
    this.entriesPerBlock = Bitmap.entriesPerBlock(tm.blocks().blockSize());
  }

  /** As it is now; a copy. */
  abstract LowLevelMap copy();

  abstract IndexEntry load(long index) throws MetadataException;

  abstract void save(long index, IndexEntry entry) throws MetadataException;

  abstract void initIndex() throws MetadataException;

  abstract void openIndex() throws MetadataException;

  abstract long maxEntries();

  abstract void writeIndex() throws MetadataException;

  final void copyTo(LowLevelMap copy) {
    copy.blocks = blocks;
    copy.allocated = allocated;
    copy.bitmapRoot = bitmapRoot;
    copy.refCountRoot = refCountRoot;
    copy.indexChanged = indexChanged;
  }

  // ---- making and opening -----------------------------------------------------------------------

  /** Mirrors {@code sm_ll_new_metadata} and {@code sm_ll_new_disk}. */
  final void create() throws MetadataException {
    initIndex();
    refCountRoot = refCounts.empty();
  }

  /** Mirrors {@code sm_ll_open_metadata} and {@code sm_ll_open_disk}. */
  final void open(byte[] root) throws MetadataException {
    MemorySegment at = MemorySegment.ofArray(root);
    blocks = at.get(Le.LE64, 0);
    allocated = at.get(Le.LE64, 8);
    bitmapRoot = at.get(Le.LE64, 16);
    refCountRoot = at.get(Le.LE64, 24);
    openIndex();
  }

  /** {@code struct disk_sm_root}. */
  final byte[] root() {
    byte[] root = new byte[SpaceMap.ROOT_SIZE];
    MemorySegment at = MemorySegment.ofArray(root);
    at.set(Le.LE64, 0, blocks);
    at.set(Le.LE64, 8, allocated);
    at.set(Le.LE64, 16, bitmapRoot);
    at.set(Le.LE64, 24, refCountRoot);
    return root;
  }

  @KernelSymbol("sm_ll_extend")
  final void extend(long extra) throws MetadataException {
    long old = bitmapsFor(blocks);
    long all = bitmapsFor(blocks + extra);
    if (Long.compareUnsigned(all, maxEntries()) > 0) {
      DmLog.say(PREFIX, "space map too large");
      throw new MetadataException(Errno.EINVAL);
    }
    blocks += extra; // a new block below may be one of them
    for (long i = old; i < all; i++) {
      Block b = tm.newBlock(Bitmap.VALIDATOR);
      IndexEntry entry = new IndexEntry(b.location(), entriesPerBlock, 0);
      tm.unlock(b);
      save(i, entry);
    }
  }

  private long bitmapsFor(long n) {
    return (n + entriesPerBlock - 1) / entriesPerBlock;
  }

  @KernelSymbol("sm_ll_commit")
  final void commit() throws MetadataException {
    if (indexChanged) {
      writeIndex();
      indexChanged = false;
    }
  }

  // ---- looking up -------------------------------------------------------------------------------

  /** The two bits of a block: {@code sm_ll_lookup_bitmap}. */
  final int lookupBitmap(long b) throws MetadataException {
    if (Long.compareUnsigned(b, blocks) >= 0) {
      DmLog.say(PREFIX, "metadata block out of bounds");
      throw new MetadataException(Errno.EINVAL);
    }
    Block bitmap = tm.readLock(load(b / entriesPerBlock).block(), Bitmap.VALIDATOR);
    int count = Bitmap.lookup(bitmap.memory(), (int) (b % entriesPerBlock));
    tm.unlock(bitmap);
    return count;
  }

  /** {@code sm_ll_lookup}. */
  final int lookup(long b) throws MetadataException {
    int count = lookupBitmap(b);
    return count == MANY ? lookupBig(b) : count;
  }

  private int lookupBig(long b) throws MetadataException {
    byte[] value = refCounts.lookup(refCountRoot, b);
    if (value == null) {
      throw new MetadataException(Errno.ENODATA);
    }
    return MemorySegment.ofArray(value).get(Le.LE32, 0);
  }

  /** Mirrors {@code sm_ll_find_free_block}: a free block, or -1. */
  private long findFree(long from, long to) throws MetadataException {
    long last = bitmapsFor(to) - 1;
    int begin = (int) (from % entriesPerBlock);
    int end = (int) (to % entriesPerBlock);
    for (long i = from / entriesPerBlock; i <= last; i++, begin = 0) {
      IndexEntry entry = load(i);
      if (entry.free() == 0) {
        continue;
      }
      Block bitmap = tm.readLock(entry.block(), Bitmap.VALIDATOR);
      int bitEnd = i == last && end != 0 ? end : entriesPerBlock;
      int bit = Bitmap.findFree(bitmap.memory(), Math.max(begin, entry.noneFreeBefore()), bitEnd);
      tm.unlock(bitmap);
      if (bit >= 0) {
        return i * entriesPerBlock + bit;
      }
    }
    return -1;
  }

  /** One that is free here and in {@code old}, or -1; {@code sm_ll_find_common_free_block}. */
  @KernelSymbol("sm_ll_find_common_free_block")
  final long findCommonFree(LowLevelMap old, long from, long to) throws MetadataException {
    for (long begin = from; ; ) {
      long b = findFree(begin, blocks);
      if (b < 0 || Long.compareUnsigned(b, old.blocks) >= 0 || old.lookup(b) == 0) {
        return b;
      }
      begin = b + 1;
    }
  }

  // ---- changing ---------------------------------------------------------------------------------

  /** Sets a count; what was allocated on the whole. Mirrors {@code sm_ll_insert}. */
  @KernelSymbol("sm_ll_insert")
  final int insert(long b, int count) throws MetadataException {
    long index = b / entriesPerBlock;
    int bit = (int) (b % entriesPerBlock);
    IndexEntry entry = load(index);
    Block bitmap = tm.shadow(entry.block(), Bitmap.VALIDATOR).block();
    entry = entry.at(bitmap.location());
    int old = Bitmap.lookup(bitmap.memory(), bit);
    if (old == MANY) {
      try {
        old = lookupBig(b);
      } catch (MetadataException e) {
        tm.unlock(bitmap);
        throw e;
      }
    }
    Bitmap.set(bitmap.memory(), bit, Math.min(count, MANY));
    tm.unlock(bitmap);
    if (count >= MANY) {
      insertBig(b, count);
    } else if (old >= MANY) {
      refCountRoot = refCounts.remove(refCountRoot, b);
    }
    int change = 0;
    if (count != 0 && old == 0) {
      change = 1;
      entry = entry.taken(bit);
    } else if (count == 0 && old != 0) {
      change = -1;
      entry = entry.freed(bit);
    }
    allocated += change;
    save(index, entry);
    return change;
  }

  private void insertBig(long b, int count) throws MetadataException {
    byte[] value = new byte[4];
    MemorySegment.ofArray(value).set(Le.LE32, 0, count);
    try {
      refCountRoot = refCounts.insert(refCountRoot, value, b);
    } catch (MetadataException e) {
      DmLog.say(PREFIX, "ref count insert failed");
      throw e;
    }
  }

  /** Counts blocks up; how many were free. Mirrors {@code sm_ll_inc}. */
  @KernelSymbol("sm_ll_inc")
  final int inc(long from, long to) throws MetadataException {
    return change(from, to, true);
  }

  /** Counts blocks down; minus how many are free now. Mirrors {@code sm_ll_dec}. */
  @KernelSymbol("sm_ll_dec")
  final int dec(long from, long to) throws MetadataException {
    return change(from, to, false);
  }

  private int change(long from, long to, boolean up) throws MetadataException {
    int change = 0;
    for (long b = from; b != to; ) {
      long index = b / entriesPerBlock;
      long end = Math.min(to, (index + 1) * entriesPerBlock);
      Range range = new Range(load(index));
      try {
        range.shadowBitmap();
        for (; b != end; b++) {
          change += up ? range.up(b) : range.down(b);
        }
      } finally {
        range.release();
      }
      save(index, range.entry);
    }
    return change;
  }

  /** A run of changes within one bitmap: {@code struct inc_context}. */
  private final class Range {
    private IndexEntry entry;
    private Block bitmap;
    private Block overflowLeaf;

    Range(IndexEntry entry) {
      this.entry = entry;
    }

    @KernelSymbol("shadow_bitmap")
    void shadowBitmap() throws MetadataException {
      try {
        bitmap = tm.shadow(entry.block(), Bitmap.VALIDATOR).block();
      } catch (MetadataException e) {
        DmLog.say(PREFIX, "dm_tm_shadow_block() failed");
        throw e;
      }
      entry = entry.at(bitmap.location());
    }

    private void ensureBitmap() throws MetadataException {
      if (bitmap == null) {
        try {
          bitmap = tm.blocks().writeLock(entry.block(), Bitmap.VALIDATOR);
        } catch (MetadataException e) {
          DmLog.say(PREFIX, "unable to re-get write lock for bitmap");
          throw e;
        }
      }
    }

    /** Needed before anything that may allocate, and so change the bitmap. */
    void release() {
      if (bitmap != null) {
        tm.unlock(bitmap);
        bitmap = null;
      }
      if (overflowLeaf != null) {
        tm.unlock(overflowLeaf);
        overflowLeaf = null;
      }
    }

    int up(long b) throws MetadataException {
      int bit = (int) (b % entriesPerBlock);
      ensureBitmap();
      int old = Bitmap.lookup(bitmap.memory(), bit);
      if (old == MANY) {
        changeOverflow(b, 1);
        return 0;
      }
      Bitmap.set(bitmap.memory(), bit, old + 1);
      if (old == 0) {
        allocated++;
        entry = entry.taken(bit);
        return 1;
      }
      if (old + 1 == MANY) {
        release();
        insertBig(b, MANY);
      }
      return 0;
    }

    int down(long b) throws MetadataException {
      int bit = (int) (b % entriesPerBlock);
      ensureBitmap();
      int old = Bitmap.lookup(bitmap.memory(), bit);
      switch (old) {
        case 0 -> {
          DmLog.say(PREFIX, "unable to decrement block");
          throw new MetadataException(Errno.EINVAL);
        }
        case MANY -> {
          if (changeOverflow(b, -1) == MANY) {
            ensureBitmap();
            Bitmap.set(bitmap.memory(), bit, MANY - 1);
          }
        }
        default -> Bitmap.set(bitmap.memory(), bit, old - 1);
      }
      if (old == 1) {
        allocated--;
        entry = entry.freed(bit);
        return -1;
      }
      return 0;
    }

    /**
     * Changes a count in the B-tree; the old one. Mirrors {@code sm_ll_inc_overflow} and {@code
     * sm_ll_dec_overflow}: the leaf of the last change often is the right one again.
     */
    private int changeOverflow(long b, int by) throws MetadataException {
      int i = -1;
      if (overflowLeaf != null) {
        Node n = new Node(overflowLeaf);
        i = n.lowerBound(b);
        i = n.contains(b, i) ? i : -1;
      }
      if (i < 0) {
        release();
        BTreeInsert.Leaf leaf = new BTreeInsert(refCounts).overwriteLeaf(refCountRoot, b);
        refCountRoot = leaf.root();
        overflowLeaf = leaf.block();
        i = leaf.index();
        if (!new Node(overflowLeaf).contains(b, i)) {
          DmLog.say(PREFIX, "overflow btree is missing an entry");
          throw new MetadataException(Errno.EINVAL);
        }
      }
      Node n = new Node(overflowLeaf);
      int old = n.memory().get(Le.LE32, n.valueOffset(i));
      if (by < 0 && old == MANY) {
        release();
        refCountRoot = refCounts.remove(refCountRoot, b);
      } else {
        n.memory().set(Le.LE32, n.valueOffset(i), old + by);
      }
      return old;
    }
  }
}
