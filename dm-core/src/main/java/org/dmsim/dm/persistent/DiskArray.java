package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;

/**
 * Arrays of values, in blocks that a B-tree knows by number: {@code dm-array.c}, 6.1. What changes
 * an array answers its new root.
 */
public final class DiskArray {

  private final TransactionManager tm;
  private final BTreeValue value;
  private final BTree blocks;
  private final int perBlock;

  /** {@code dm_array_info_init}. */
  public DiskArray(TransactionManager tm, BTreeValue value) {
    this.tm = tm;
    this.value = value;
    this.blocks = new BTree(tm, 1, new BlockNumbers());
    this.perBlock = ArrayBlock.maxEntries(value.size(), tm.blocks().blockSize());
  }

  TransactionManager tm() {
    return tm;
  }

  BTree blocks() {
    return blocks;
  }

  /** Blocks of values, counted; the last user of one takes the values along. */
  private final class BlockNumbers implements BTreeValue {

    @Override
    public int size() {
      return Long.BYTES;
    }

    @Override
    public void inc(MemorySegment at, long offset, int count) {
      for (int i = 0; i < count; i++) {
        tm.inc(at.get(Le.LE64, offset + (long) i * Long.BYTES));
      }
    }

    @Override
    public void dec(MemorySegment at, long offset, int count) {
      for (int i = 0; i < count; i++) {
        decBlock(at.get(Le.LE64, offset + (long) i * Long.BYTES));
      }
    }

    @Override
    public boolean equal(MemorySegment at, long offset, MemorySegment fresh) {
      return at.get(Le.LE64, offset) == fresh.get(Le.LE64, 0);
    }
  }

  @KernelSymbol("__block_dec")
  private void decBlock(long b) {
    int count;
    try {
      count = tm.ref(b);
    } catch (MetadataException e) {
      DmLog.say(ArrayBlock.PREFIX, "couldn't get reference count for block " + b);
      return;
    }
    if (count == 1) {
      try {
        ArrayBlock ab = read(b);
        ab.dec(0, ab.entries());
        tm.unlock(ab.block());
      } catch (MetadataException e) {
        DmLog.say(ArrayBlock.PREFIX, "couldn't get array block " + b);
        return;
      }
    }
    tm.dec(b);
  }

  // ---- blocks -----------------------------------------------------------------------------------

  /** Mirrors {@code get_ablock}. */
  ArrayBlock read(long b) throws MetadataException {
    return checked("get_ablock", tm.readLock(b, ArrayBlock.VALIDATOR));
  }

  private ArrayBlock checked(String function, Block block) throws MetadataException {
    ArrayBlock ab = new ArrayBlock(block, value);
    if (ab.valueSize() != value.size()) {
      MetadataException e = ArrayBlock.wrongSize(function, ab);
      tm.unlock(block);
      throw e;
    }
    return ab;
  }

  private long blockOf(long root, int i) throws MetadataException {
    byte[] b = blocks.lookup(root, i);
    if (b == null) {
      throw new MetadataException(Errno.ENODATA);
    }
    return MemorySegment.ofArray(b).get(Le.LE64, 0);
  }

  private long insertBlock(long root, int i, Block block) throws MetadataException {
    byte[] b = new byte[Long.BYTES];
    MemorySegment.ofArray(b).set(Le.LE64, 0, block.location());
    return blocks.insert(root, b, i);
  }

  private record Shadowed(ArrayBlock block, long root) {}

  @KernelSymbol("shadow_ablock")
  private Shadowed shadow(long root, int i) throws MetadataException {
    long b = blockOf(root, i);
    TransactionManager.Shadow s = tm.shadow(b, ArrayBlock.VALIDATOR);
    ArrayBlock ab = checked("__shadow_ablock", s.block());
    if (s.children()) {
      ab.inc(0, ab.entries());
    }
    if (ab.block().location() == b) {
      return new Shadowed(ab, root);
    }
    tm.inc(b); // the tree has it still, and counts it down when it is written over
    return new Shadowed(ab, insertBlock(root, i, ab.block()));
  }

  private ArrayBlock alloc() throws MetadataException {
    ArrayBlock ab = new ArrayBlock(tm.newBlock(ArrayBlock.VALIDATOR), value);
    ab.init(perBlock);
    return ab;
  }

  @KernelSymbol("insert_new_ablock")
  private long insertNew(long root, int i, int entries, byte[] fill) throws MetadataException {
    ArrayBlock ab = alloc();
    try {
      ab.fill(fill, entries);
      return insertBlock(root, i, ab.block());
    } finally {
      tm.unlock(ab.block());
    }
  }

  // ---- arrays -----------------------------------------------------------------------------------

  /** A new array without values; {@code dm_array_empty}. */
  @KernelSymbol("dm_array_empty")
  public long empty() throws MetadataException {
    return blocks.empty();
  }

  /** Gives the value of an index. */
  @FunctionalInterface
  public interface ValueFn {

    /** Its bytes as on disk. */
    byte[] value(int index) throws MetadataException;
  }

  /** A new array of {@code size} values; {@code dm_array_new}. */
  @KernelSymbol("dm_array_new")
  public long create(int size, ValueFn fn) throws MetadataException {
    long root = empty();
    int left = size;
    for (int i = 0; left > 0; i++) {
      ArrayBlock ab = alloc();
      try {
        int n = Math.min(perBlock, left);
        for (int k = 0; k < n; k++) {
          ab.put(k, fn.value(i * perBlock + k));
          ab.inc(k, 1);
        }
        ab.entries(n);
        root = insertBlock(root, i, ab.block());
      } finally {
        tm.unlock(ab.block());
      }
      left -= perBlock;
    }
    return root;
  }

  /** Takes an array away; {@code dm_array_del}. */
  @KernelSymbol("dm_array_del")
  public void delete(long root) throws MetadataException {
    blocks.delete(root);
  }

  /**
   * {@code dm_array_get_value}.
   *
   * @throws MetadataException ENODATA if the array is shorter
   */
  @KernelSymbol("dm_array_get_value")
  public byte[] get(long root, int index) throws MetadataException {
    ArrayBlock ab = read(blockOf(root, index / perBlock));
    try {
      return ab.get(inside(ab, index));
    } finally {
      tm.unlock(ab.block());
    }
  }

  private int inside(ArrayBlock ab, int index) throws MetadataException {
    int i = index % perBlock;
    if (i >= ab.entries()) {
      throw new MetadataException(Errno.ENODATA);
    }
    return i;
  }

  /** {@code dm_array_set_value}; the new root. */
  @KernelSymbol("dm_array_set_value")
  public long set(long root, int index, byte[] bytes) throws MetadataException {
    Shadowed s = shadow(root, index / perBlock);
    try {
      s.block.replace(inside(s.block, index), bytes);
      return s.root;
    } finally {
      tm.unlock(s.block.block());
    }
  }

  /** Visits all values in their order; {@code dm_array_walk}. */
  @KernelSymbol("dm_array_walk")
  public void walk(long root, BTree.Visitor visitor) throws MetadataException {
    blocks.walk(
        root,
        (key, b) -> {
          ArrayBlock ab = read(MemorySegment.ofArray(b).get(Le.LE64, 0));
          try {
            for (int i = 0; i < ab.entries(); i++) {
              visitor.visit(key * ab.max() + i, ab.get(i));
            }
          } finally {
            tm.unlock(ab.block());
          }
        });
  }

  /** A place in an array, at its first value; {@code dm_array_cursor_begin}. */
  @KernelSymbol("dm_array_cursor_begin")
  public ArrayCursor cursor(long root) throws MetadataException {
    return new ArrayCursor(this, root);
  }

  // ---- resizing ---------------------------------------------------------------------------------

  /**
   * Makes an array longer or shorter; {@code dm_array_resize}.
   *
   * @param fill the value of what is new
   */
  @KernelSymbol("dm_array_resize")
  public long resize(long root, int oldSize, int newSize, byte[] fill) throws MetadataException {
    if (oldSize == newSize) {
      return root;
    }
    return newSize > oldSize ? grow(root, oldSize, newSize, fill) : shrink(root, oldSize, newSize);
  }

  private int blocksFor(int size) {
    return (size + perBlock - 1) / perBlock;
  }

  private long grow(long root, int oldSize, int newSize, byte[] fill) throws MetadataException {
    int oldFull = oldSize / perBlock;
    int newFull = newSize / perBlock;
    int newRest = newSize % perBlock;
    boolean hasTail = oldSize % perBlock != 0;
    if (newFull == oldFull) {
      return hasTail
          ? extendTail(root, oldFull, newRest, fill)
          : insertNew(root, newFull, newRest, fill);
    }
    long r = hasTail ? extendTail(root, oldFull, perBlock, fill) : root;
    for (int i = blocksFor(oldSize); i != newFull; i++) {
      r = insertNew(r, i, perBlock, fill);
    }
    return newRest != 0 ? insertNew(r, newFull, newRest, fill) : r;
  }

  private long extendTail(long root, int i, int entries, byte[] fill) throws MetadataException {
    Shadowed s = shadow(root, i);
    s.block.fill(fill, entries);
    tm.unlock(s.block.block());
    return s.root;
  }

  private long shrink(long root, int oldSize, int newSize) throws MetadataException {
    long r = root;
    if (newSize / perBlock < oldSize / perBlock) {
      for (int i = blocksFor(newSize); i != blocksFor(oldSize); i++) {
        r = blocks.remove(r, i);
      }
    }
    if (newSize % perBlock == 0) {
      return r;
    }
    Shadowed s = shadow(r, newSize / perBlock);
    s.block.trim(newSize % perBlock);
    tm.unlock(s.block.block());
    return s.root;
  }
}
