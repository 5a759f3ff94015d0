package org.dmsim.dm.persistent;

import java.util.Arrays;
import org.dmsim.report.KernelSymbol;

/**
 * B+ trees with 64-bit keys, one inside the other for keys of several levels: {@code dm-btree.c},
 * 6.1, and its {@code struct dm_btree_info}. What changes a tree answers its new root.
 */
public final class BTree {

  static final String PREFIX = "btree";

  private final TransactionManager tm;
  private final int levels;
  private final BTreeValue value;

  /**
   * A kind of tree.
   *
   * @param levels how many keys lead to a value
   */
  public BTree(TransactionManager tm, int levels, BTreeValue value) {
    this.tm = tm;
    this.levels = levels;
    this.value = value;
  }

  TransactionManager tm() {
    return tm;
  }

  int levels() {
    return levels;
  }

  BTreeValue value() {
    return value;
  }

  /**
   * A key and what it leads to.
   *
   * @param key unsigned
   * @param value bytes as on disk
   */
  public record Entry(long key, byte[] value) {}

  // ---- looking up -------------------------------------------------------------------------------

  /** The value of a key, of one word for each level; null if there is none. */
  @KernelSymbol("dm_btree_lookup")
  public byte[] lookup(long root, long... keys) throws MetadataException {
    ReadSpine spine = new ReadSpine(tm);
    try {
      long at = root;
      for (int level = 0; level < levels - 1; level++) {
        Found f = find(spine, at, keys[level]);
        if (f == null) {
          return null;
        }
        at = f.node.value64(f.index);
      }
      Found f = find(spine, at, keys[levels - 1]);
      return f == null ? null : f.node.value(f.index, value.size());
    } finally {
      spine.exit();
    }
  }

  private record Found(Node node, int index) {}

  /** Mirrors {@code btree_lookup_raw}, for exactly this key. */
  private static Found find(ReadSpine spine, long root, long key) throws MetadataException {
    for (long at = root; ; ) {
      Node n = spine.step(at);
      int i = n.lowerBound(key);
      if (i < 0 || i >= n.entries()) {
        return null;
      }
      if (n.isInternal()) {
        at = n.value64(i);
      }
      if (n.isLeaf()) {
        return n.key(i) == key ? new Found(n, i) : null;
      }
    }
  }

  /** The first entry of the last level whose key is not below; null if there is none. */
  @KernelSymbol("dm_btree_lookup_next")
  public Entry lookupNext(long root, long... keys) throws MetadataException {
    ReadSpine spine = new ReadSpine(tm);
    try {
      long at = root;
      for (int level = 0; level < levels - 1; level++) {
        Found f = find(spine, at, keys[level]);
        if (f == null) {
          return null;
        }
        at = f.node.value64(f.index);
      }
      return nextSingle(at, keys[levels - 1]);
    } finally {
      spine.exit();
    }
  }

  @KernelSymbol("dm_btree_lookup_next_single")
  private Entry nextSingle(long root, long key) throws MetadataException {
    Block b = tm.readLock(root, Node.VALIDATOR);
    try {
      Node n = new Node(b);
      int entries = n.entries();
      if (!n.isInternal()) {
        int i = n.upperBound(key);
        return i >= entries ? null : new Entry(n.key(i), n.value(i, value.size()));
      }
      int i = Math.max(n.lowerBound(key), 0);
      if (i >= entries) {
        return null;
      }
      Entry found = nextSingle(n.value64(i), key);
      return found == null && i < entries - 1 ? nextSingle(n.value64(i + 1), key) : found;
    } finally {
      tm.unlock(b);
    }
  }

  /** The highest key of each level, as many as there are; {@code dm_btree_find_highest_key}. */
  @KernelSymbol("dm_btree_find_highest_key")
  public long[] highestKey(long root) throws MetadataException {
    return extremeKey(root, true);
  }

  /** The lowest key of each level, as many as there are; {@code dm_btree_find_lowest_key}. */
  @KernelSymbol("dm_btree_find_lowest_key")
  public long[] lowestKey(long root) throws MetadataException {
    return extremeKey(root, false);
  }

  private long[] extremeKey(long root, boolean highest) throws MetadataException {
    long[] keys = new long[levels];
    ReadSpine spine = new ReadSpine(tm);
    try {
      long at = root;
      for (int level = 0; level < levels; level++) {
        Node n;
        int i;
        do {
          n = spine.step(at);
          if (n.entries() == 0) {
            return Arrays.copyOf(keys, level);
          }
          i = highest ? n.entries() - 1 : 0;
          keys[level] = n.key(i);
          if (n.isInternal() || level < levels - 1) {
            at = n.value64(i);
          }
        } while (n.isInternal());
      }
      return keys;
    } finally {
      spine.exit();
    }
  }

  /** What is called for each entry of a walk. */
  @FunctionalInterface
  public interface Visitor {

    /** An entry, in the order of keys. */
    void visit(long key, byte[] value) throws MetadataException;
  }

  /** Visits all entries of a tree with one level; {@code dm_btree_walk}. */
  @KernelSymbol("dm_btree_walk")
  public void walk(long root, Visitor visitor) throws MetadataException {
    Block b = tm.readLock(root, Node.VALIDATOR);
    try {
      Node n = new Node(b);
      int entries = n.entries();
      for (int i = 0; i < entries; i++) {
        if (n.isInternal()) {
          walk(n.value64(i), visitor);
        } else {
          visitor.visit(n.key(i), n.value(i, value.size()));
        }
      }
    } finally {
      tm.unlock(b);
    }
  }

  // ---- changing ---------------------------------------------------------------------------------

  /** A new tree without entries; {@code dm_btree_empty}. */
  @KernelSymbol("dm_btree_empty")
  public long empty() throws MetadataException {
    Block b = tm.newBlock(Node.VALIDATOR);
    int max = Node.maxEntries(value.size(), tm.blocks().blockSize());
    new Node(b).init(Node.LEAF, 0, max, value.size());
    tm.unlock(b);
    return b.location();
  }

  /** Takes a tree away, with all that only it uses; {@code dm_btree_del}. */
  @KernelSymbol("dm_btree_del")
  public void delete(long root) throws MetadataException {
    new BTreeDeletion(this).run(root);
  }

  /**
   * A tree that grew.
   *
   * @param root the new root
   * @param inserted whether the key is new in it
   */
  public record Inserted(long root, boolean inserted) {}

  /** Gives a key a value; the new root. */
  @KernelSymbol("dm_btree_insert")
  public long insert(long root, byte[] value, long... keys) throws MetadataException {
    return new BTreeInsert(this).insert(root, value, keys).root();
  }

  /** As {@link #insert}, and says whether the key is new; {@code dm_btree_insert_notify}. */
  @KernelSymbol("dm_btree_insert_notify")
  public Inserted insertNotify(long root, byte[] value, long... keys) throws MetadataException {
    return new BTreeInsert(this).insert(root, value, keys);
  }

  /**
   * Takes a key away; the new root.
   *
   * @throws MetadataException ENODATA if it is not there
   */
  @KernelSymbol("dm_btree_remove")
  public long remove(long root, long... keys) throws MetadataException {
    return new BTreeRemove(this).remove(root, keys);
  }

  /**
   * A tree that shrank.
   *
   * @param root the new root
   * @param count how many entries are gone
   * @param next the key after the last of them
   */
  public record Removed(long root, int count, long next) {}

  /**
   * Takes the keys of the last level away that are not below {@code keys} and below {@code end};
   * {@code dm_btree_remove_leaves}.
   */
  @KernelSymbol("dm_btree_remove_leaves")
  public Removed removeLeaves(long root, long end, long... keys) throws MetadataException {
    return new BTreeRemove(this).removeLeaves(root, keys.clone(), end);
  }

  /** A place in a tree with one level, at its first entry; {@code dm_btree_cursor_begin}. */
  @KernelSymbol("dm_btree_cursor_begin")
  public BTreeCursor cursor(long root, boolean prefetchLeaves) throws MetadataException {
    return new BTreeCursor(this, root, prefetchLeaves);
  }
}
