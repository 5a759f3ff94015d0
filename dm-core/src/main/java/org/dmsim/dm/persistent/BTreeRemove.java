package org.dmsim.dm.persistent;

import java.util.Arrays;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;

/**
 * Removal: on the way down the children of each node are evened out with their siblings, or joined,
 * so that none gets too small. Mirrors {@code dm-btree-remove.c}, 6.1.
 */
final class BTreeRemove {

  private final BTree tree;
  private final TransactionManager tm;

  /** Where in the leaf of the level above the tree that is gone down stands. */
  private int lastIndex;

  BTreeRemove(BTree tree) {
    this.tree = tree;
    this.tm = tree.tm();
  }

  private static MetadataException noData() {
    return new MetadataException(Errno.ENODATA);
  }

  long remove(long root, long... keys) throws MetadataException {
    ShadowSpine spine = new ShadowSpine(tm);
    try {
      int last = tree.levels() - 1;
      long at = aboveLast(spine, root, keys);
      int index = descend(spine, tree.value(), at, keys[last], lastIndex);
      Node n = new Node(spine.current());
      if (!n.contains(keys[last], index)) {
        throw noData();
      }
      tree.value().dec(n.memory(), n.valueOffset(index), 1);
      n.deleteAt(index);
      return spine.root();
    } finally {
      spine.exit();
    }
  }

  /** The tree of the last level. */
  private long aboveLast(ShadowSpine spine, long root, long[] keys) throws MetadataException {
    BTreeValue blocks = BTreeValue.blocks(tm);
    lastIndex = 0;
    long at = root;
    for (int level = 0; level < tree.levels() - 1; level++) {
      lastIndex = descend(spine, blocks, at, keys[level], lastIndex);
      Node n = new Node(spine.current());
      if (!n.contains(keys[level], lastIndex)) {
        throw noData();
      }
      at = n.value64(lastIndex);
    }
    return at;
  }

  BTree.Removed removeLeaves(long root, long[] keys, long end) throws MetadataException {
    long at = root;
    for (int count = 0; ; count++) {
      ShadowSpine spine = new ShadowSpine(tm);
      try {
        long before = at;
        if (!removeOne(spine, before, keys, end)) {
          return new BTree.Removed(spine.root(), count, keys[tree.levels() - 1]);
        }
        at = spine.root();
      } finally {
        spine.exit();
      }
    }
  }

  /** Mirrors {@code remove_one}: false if there is no key in the range any more. */
  @KernelSymbol("remove_one")
  private boolean removeOne(ShadowSpine spine, long root, long[] keys, long end)
      throws MetadataException {
    int last = tree.levels() - 1;
    try {
      long at = aboveLast(spine, root, keys);
      int index = Math.max(descend(spine, tree.value(), at, keys[last], lastIndex), 0);
      Node n = new Node(spine.current());
      if (index >= n.entries()) {
        return false;
      }
      long key = n.key(index);
      if (Long.compareUnsigned(key, keys[last]) < 0 || Long.compareUnsigned(key, end) >= 0) {
        return false;
      }
      tree.value().dec(n.memory(), n.valueOffset(index), 1);
      n.deleteAt(index);
      keys[last] = key + 1;
      return true;
    } catch (MetadataException e) {
      if (e.errno() == Errno.ENODATA) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Goes down to the leaf of a key; the last entry there not above it, or -1. Mirrors {@code
   * remove_raw} and {@code remove_nearest}.
   *
   * @param above the index in the leaf of the level above, whose value is patched
   */
  @KernelSymbol("remove_raw")
  private int descend(ShadowSpine spine, BTreeValue value, long root, long key, int above)
      throws MetadataException {
    int i = above;
    for (long at = root; ; ) {
      Node n = spine.step(at, value);
      if (spine.hasParent()) {
        new Node(spine.parent()).value64(i, spine.current().location());
      }
      if (!n.isLeaf()) {
        rebalanceChildren(spine, value, key);
      }
      i = n.lowerBound(key);
      if (n.isLeaf()) {
        return i;
      }
      at = n.value64(i);
    }
  }

  // ---- rebalancing ------------------------------------------------------------------------------

  /** A child of the current node, locked for writing: {@code struct child}. */
  private final class Child {
    private final Block block;
    private final Node node;
    private int index;

    @KernelSymbol("init_child")
    Child(BTreeValue value, Node parent, int index) throws MetadataException {
      this.index = index;
      this.block = ShadowSpine.shadow(tm, parent.value64(index), value);
      this.node = new Node(block);
      parent.value64(index, block.location());
    }
  }

  @KernelSymbol("rebalance_children")
  private void rebalanceChildren(ShadowSpine spine, BTreeValue value, long key)
      throws MetadataException {
    Node n = new Node(spine.current());
    if (n.entries() == 1) {
      pullUp(spine.current(), value);
      return;
    }
    int i = n.lowerBound(key);
    if (i < 0) {
      throw noData();
    }
    int last = n.entries() - 1;
    if (i == 0) {
      rebalance(n, value, 0, 2);
    } else if (i >= last) {
      rebalance(n, value, i - 1, 2);
    } else {
      rebalance(n, value, i - 1, 3);
    }
  }

  /** A node with a single child becomes that child. */
  private void pullUp(Block parent, BTreeValue value) throws MetadataException {
    long b = new Node(parent).value64(0);
    boolean shared = tm.isShared(b);
    Block child = tm.readLock(b, Node.VALIDATOR);
    if (shared) {
      ShadowSpine.incChildren(tm, new Node(child), value);
    }
    System.arraycopy(child.data(), 0, parent.data(), 0, child.data().length);
    tm.dec(child.location());
    tm.unlock(child);
  }

  /** Mirrors {@code rebalance2} and {@code rebalance3}. */
  @KernelSymbol("rebalance")
  private void rebalance(Node parent, BTreeValue value, int first, int count)
      throws MetadataException {
    Child[] children = new Child[count];
    try {
      for (int i = 0; i < count; i++) {
        children[i] = new Child(value, parent, first + i);
      }
      if (count == 2) {
        rebalance2(parent, children[0], children[1]);
      } else {
        rebalance3(parent, children[0], children[1], children[2]);
      }
    } finally {
      Arrays.stream(children).filter(c -> c != null).forEach(c -> tm.unlock(c.block));
    }
  }

  private static int mergeThreshold(Node n) {
    return n.max() / 3;
  }

  private void rebalance2(Node parent, Child l, Child r) throws MetadataException {
    int nrLeft = l.node.entries();
    int nrRight = r.node.entries();
    if (nrLeft + nrRight < 2 * (mergeThreshold(l.node) + 1)) {
      TransactionManager.ignoring(() -> copy(l.node, r.node, -nrRight));
      l.node.entries(nrLeft + nrRight);
      parent.deleteAt(r.index);
      tm.dec(r.block.location()); // but not what is below it, which is below the left one now
    } else {
      shift(l.node, r.node, nrLeft - (nrLeft + nrRight) / 2);
      parent.key(r.index, r.node.key(0));
    }
  }

  private void rebalance3(Node parent, Child l, Child c, Child r) throws MetadataException {
    if (l.node.max() != c.node.max() || c.node.max() != r.node.max()) {
      throw bad(Errno.EILSEQ, "bad btree metadata, max_entries differ");
    }
    int total = l.node.entries() + c.node.entries() + r.node.entries();
    if (total < mergeThreshold(l.node) * 4 + 1) {
      deleteCenter(parent, l, c, r);
    } else {
      redistribute3(parent, l, c, r, total);
    }
  }

  /** As much as possible of the middle goes left, the rest right. */
  @KernelSymbol("delete_center_node")
  private void deleteCenter(Node parent, Child l, Child c, Child r) throws MetadataException {
    int nrLeft = l.node.entries();
    int nrCenter = c.node.entries();
    int nrRight = r.node.entries();
    int shift = Math.min(l.node.max() - nrLeft, nrCenter);
    TransactionManager.ignoring(() -> copy(l.node, c.node, -shift));
    l.node.entries(nrLeft + shift);
    if (shift != nrCenter) {
      int rest = nrCenter - shift;
      if (nrRight + rest > l.node.max()) {
        throw bad(Errno.EINVAL, "node shift out of bounds");
      }
      r.node.copy(rest, r.node, 0, nrRight);
      TransactionManager.ignoring(() -> copy(c.node, r.node, rest));
      r.node.entries(nrRight + rest);
    }
    parent.key(r.index, r.node.key(0));
    parent.deleteAt(c.index);
    r.index--;
    tm.dec(c.block.location());
    rebalance2(parent, l, r);
  }

  @KernelSymbol("redistribute3")
  private static void redistribute3(Node parent, Child l, Child c, Child r, int total)
      throws MetadataException {
    int nrLeft = l.node.entries();
    int nrCenter = c.node.entries();
    int nrRight = r.node.entries();
    int targetRight = total / 3;
    int targetLeft = targetRight + (targetRight * 3 != total ? 1 : 0);
    if (nrLeft < nrRight) {
      int s = nrLeft - targetLeft;
      if (s < 0 && nrCenter < -s) {
        shift(l.node, c.node, -nrCenter);
        s += nrCenter;
        shift(l.node, r.node, s);
        nrRight += s;
      } else {
        shift(l.node, c.node, s);
      }
      shift(c.node, r.node, targetRight - nrRight);
    } else {
      int s = targetRight - nrRight;
      if (s > 0 && nrCenter < s) {
        shift(c.node, r.node, nrCenter);
        s -= nrCenter;
        shift(l.node, r.node, s);
        nrLeft -= s;
      } else {
        shift(c.node, r.node, s);
      }
      shift(l.node, c.node, nrLeft - targetLeft);
    }
    parent.key(c.index, c.node.key(0));
    parent.key(r.index, r.node.key(0));
  }

  // ---- moving entries ---------------------------------------------------------------------------

  private static MetadataException bad(int errno, String why) {
    DmLog.say(BTree.PREFIX, why);
    return new MetadataException(errno);
  }

  /** Moves entries to the right, or with a negative count to the left; mirrors {@code shift}. */
  private static void shift(Node left, Node right, int count) throws MetadataException {
    int nrLeft = left.entries();
    int nrRight = right.entries();
    int max = left.max();
    if (max != right.max()) {
      throw bad(Errno.EILSEQ, "node max_entries mismatch");
    }
    if (Integer.compareUnsigned(nrLeft - count, max) > 0
        || Integer.compareUnsigned(nrRight + count, max) > 0) {
      throw bad(Errno.EINVAL, "node shift out of bounds");
    }
    if (count == 0) {
      return;
    }
    if (count > 0) {
      right.copy(count, right, 0, nrRight);
      copy(left, right, count);
    } else {
      copy(left, right, count);
      right.copy(0, right, -count, nrRight + count);
    }
    left.entries(nrLeft - count);
    right.entries(nrRight + count);
  }

  /**
   * Copies the end of the left node to the begin of the right, or with a negative count the begin
   * of the right to the end of the left; mirrors {@code node_copy}.
   */
  private static void copy(Node left, Node right, int count) throws MetadataException {
    int nrLeft = left.entries();
    if (left.valueSize() != right.valueSize()) {
      throw bad(Errno.EILSEQ, "mismatched value size");
    }
    if (count < 0 ? nrLeft - count > left.max() : count > right.max()) {
      throw bad(Errno.EINVAL, "bad shift");
    }
    if (count < 0) {
      left.copy(nrLeft, right, 0, -count);
    } else {
      right.copy(0, left, nrLeft - count, count);
    }
  }
}
