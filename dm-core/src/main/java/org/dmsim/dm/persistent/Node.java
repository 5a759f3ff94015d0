package org.dmsim.dm.persistent;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;

/**
 * A node of a B-tree: header, keys, values. {@code struct btree_node} and {@code struct
 * node_header}, 6.1. Entries are the first keys of what is below, in order.
 */
final class Node {

  static final int INTERNAL = 1;
  static final int LEAF = 1 << 1;

  private static final int CSUM_XOR = 121107;
  private static final int BLOCKNR = 8;

  private static final StructLayout HEADER =
      MemoryLayout.structLayout(
          Le.LE32.withName("csum"),
          Le.LE32.withName("flags"),
          Le.LE64.withName("blocknr"),
          Le.LE32.withName("nr_entries"),
          Le.LE32.withName("max_entries"),
          Le.LE32.withName("value_size"),
          Le.LE32.withName("padding"));

  private static final VarHandle FLAGS = HEADER.varHandle(groupElement("flags"));
  private static final VarHandle ENTRIES = HEADER.varHandle(groupElement("nr_entries"));
  private static final VarHandle MAX = HEADER.varHandle(groupElement("max_entries"));
  private static final VarHandle VALUE_SIZE = HEADER.varHandle(groupElement("value_size"));
  private static final int KEYS = (int) HEADER.byteSize();

  static final BlockValidator VALIDATOR = new Validator();

  private final MemorySegment at;

  /** The node in a locked block. */
  Node(Block b) {
    at = b.memory();
  }

  MemorySegment memory() {
    return at;
  }

  /** Mirrors {@code calc_max_entries}: a multiple of three. */
  static int maxEntries(int valueSize, int blockSize) {
    return (blockSize - KEYS) / (Long.BYTES + valueSize) / 3 * 3;
  }

  // ---- header -----------------------------------------------------------------------------------

  int flags() {
    return (int) FLAGS.get(at, 0L);
  }

  boolean isLeaf() {
    return (flags() & LEAF) != 0;
  }

  boolean isInternal() {
    return (flags() & INTERNAL) != 0;
  }

  int entries() {
    return (int) ENTRIES.get(at, 0L);
  }

  void entries(int n) {
    ENTRIES.set(at, 0L, n);
  }

  int max() {
    return (int) MAX.get(at, 0L);
  }

  int valueSize() {
    return (int) VALUE_SIZE.get(at, 0L);
  }

  /** Fills in the header of a new node. */
  void init(int flags, int entries, int max, int valueSize) {
    FLAGS.set(at, 0L, flags);
    ENTRIES.set(at, 0L, entries);
    MAX.set(at, 0L, max);
    VALUE_SIZE.set(at, 0L, valueSize);
  }

  /** Fills in the header of a new node beside, or below, another one. */
  void initLike(Node n, int entries) {
    init(n.flags(), entries, n.max(), n.valueSize());
  }

  // ---- entries ----------------------------------------------------------------------------------

  private static long keyOffset(int i) {
    return KEYS + (long) i * Long.BYTES;
  }

  long valueOffset(int i) {
    return keyOffset(max()) + (long) i * valueSize();
  }

  long key(int i) {
    return at.get(Le.LE64, keyOffset(i));
  }

  void key(int i, long key) {
    at.set(Le.LE64, keyOffset(i), key);
  }

  /** A value that is a block number; {@code value64}. */
  long value64(int i) {
    return at.get(Le.LE64, keyOffset(max()) + (long) i * Long.BYTES);
  }

  void value64(int i, long value) {
    at.set(Le.LE64, valueOffset(i), value);
  }

  byte[] value(int i, int size) {
    byte[] value = new byte[size];
    MemorySegment.copy(at, valueOffset(i), MemorySegment.ofArray(value), 0, size);
    return value;
  }

  void value(int i, byte[] value) {
    MemorySegment.copy(MemorySegment.ofArray(value), 0, at, valueOffset(i), value.length);
  }

  boolean contains(long key, int i) {
    return i >= 0 && i < entries() && key(i) == key;
  }

  /** The last entry not above the key, or -1. */
  int lowerBound(long key) {
    return search(key, false);
  }

  /** The first entry not below the key, or their number. */
  int upperBound(long key) {
    return search(key, true);
  }

  private int search(long key, boolean high) {
    int lo = -1;
    int hi = entries();
    while (hi - lo > 1) {
      int mid = lo + (hi - lo) / 2;
      long found = key(mid);
      if (found == key) {
        return mid;
      }
      if (Long.compareUnsigned(found, key) < 0) {
        lo = mid;
      } else {
        hi = mid;
      }
    }
    return high ? hi : lo;
  }

  // ---- moving entries ---------------------------------------------------------------------------

  /** Copies entries, from the node itself too; {@code copy_entries} and {@code move_entries}. */
  void copy(int to, Node from, int at0, int count) {
    int size = valueSize();
    MemorySegment.copy(from.at, keyOffset(at0), at, keyOffset(to), (long) count * Long.BYTES);
    MemorySegment.copy(from.at, from.valueOffset(at0), at, valueOffset(to), (long) count * size);
  }

  /** Mirrors {@code insert_at}. */
  void insertAt(int i, long key, byte[] value) throws MetadataException {
    int n = entries();
    if (i > n || i >= max() || n >= max()) {
      DmLog.say(BTree.PREFIX, "too many entries in btree node for insert");
      throw new MetadataException(Errno.ENOMEM);
    }
    int tail = n - i;
    MemorySegment.copy(at, keyOffset(i), at, keyOffset(i + 1), (long) tail * Long.BYTES);
    key(i, key);
    int size = value.length;
    long values = keyOffset(max());
    MemorySegment.copy(
        at, values + (long) i * size, at, values + (i + 1L) * size, (long) tail * size);
    MemorySegment.copy(MemorySegment.ofArray(value), 0, at, values + (long) i * size, size);
    entries(n + 1);
  }

  void insertBlockAt(int i, long key, long block) throws MetadataException {
    byte[] value = new byte[Long.BYTES];
    MemorySegment.ofArray(value).set(Le.LE64, 0, block);
    insertAt(i, key, value);
  }

  /** Mirrors {@code delete_at}. */
  void deleteAt(int i) {
    int n = entries();
    copy(i, this, i + 1, n - (i + 1));
    entries(n - 1);
  }

  private static final class Validator extends BlockValidator {
    Validator() {
      super("btree_node", BLOCKNR, CSUM_XOR);
    }

    @Override
    protected String logPrefix() {
      return "btree spine";
    }

    @Override
    protected String checkName() {
      return "node_check";
    }

    @Override
    public void check(Block b) throws MetadataException {
      super.check(b);
      Node n = new Node(b);
      long max = Integer.toUnsignedLong(n.max());
      long size = Integer.toUnsignedLong(n.valueSize());
      if (Long.compareUnsigned(KEYS + (Long.BYTES + size) * max, b.data().length) > 0) {
        throw fail(Errno.EILSEQ, "max_entries too large");
      }
      if (Integer.compareUnsigned(n.entries(), n.max()) > 0) {
        throw fail(Errno.EILSEQ, "too many entries");
      }
      if (!n.isInternal() && !n.isLeaf()) {
        throw fail(Errno.EILSEQ, "node is neither INTERNAL or LEAF");
      }
    }
  }
}
