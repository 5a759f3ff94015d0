package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;
import org.dmsim.block.Errno;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;

/**
 * Insertion: on the way down each full node is given room first, by a sibling or by a split.
 * Mirrors {@code insert} and {@code btree_insert_raw} of {@code dm-btree.c}, 6.1.
 */
final class BTreeInsert {

  /** A sibling must have so much room before entries are moved there. */
  private static final int SPACE_THRESHOLD = 8;

  private static final String PLACE = "drivers/md/persistent-data/dm-btree.c";

  private final BTree tree;
  private final TransactionManager tm;
  private final ShadowSpine spine;

  BTreeInsert(BTree tree) {
    this.tree = tree;
    this.tm = tree.tm();
    this.spine = new ShadowSpine(tm);
  }

  BTree.Inserted insert(long root, byte[] value, long... keys) throws MetadataException {
    BTreeValue blocks = BTreeValue.blocks(tm);
    int last = tree.levels() - 1;
    int index = -1;
    long at = root;
    try {
      for (int level = 0; level < last; level++) {
        index = descend(at, blocks, keys[level], index);
        Node n = new Node(spine.current());
        if (!n.contains(keys[level], index)) {
          n.insertBlockAt(index, keys[level], tree.empty());
        }
        at = n.value64(index);
      }
      index = descend(at, tree.value(), keys[last], index);
      Node n = new Node(spine.current());
      boolean fresh = !n.contains(keys[last], index);
      if (fresh) {
        n.insertAt(index, keys[last], value);
      } else {
        overwrite(n, index, value);
      }
      return new BTree.Inserted(spine.root(), fresh);
    } finally {
      spine.exit();
    }
  }

  private void overwrite(Node n, int index, byte[] value) {
    MemorySegment fresh = MemorySegment.ofArray(value);
    if (!tree.value().equal(n.memory(), n.valueOffset(index), fresh)) {
      tree.value().dec(n.memory(), n.valueOffset(index), 1);
    }
    n.value(index, value);
  }

  /**
   * Where in its leaf the key is or belongs; mirrors {@code btree_insert_raw}.
   *
   * @param above the index in the leaf of the level above, whose value is patched; or -1
   */
  @KernelSymbol("btree_insert_raw")
  private int descend(long root, BTreeValue value, long key, int above) throws MetadataException {
    int i = above;
    boolean top = true;
    for (long at = root; ; top = false) {
      Node n = spine.step(at, value);
      if (spine.hasParent() && i >= 0) {
        new Node(spine.parent()).value64(i, spine.current().location());
      }
      if (!hasSpace(n, key)) {
        if (top) {
          splitBeneath();
        } else {
          rebalanceOrSplit(value, i, key);
        }
        n = new Node(spine.current());
      }
      i = n.lowerBound(key);
      if (n.isLeaf()) {
        return i < 0 || n.key(i) != key ? i + 1 : i;
      }
      if (i < 0) {
        n.key(0, key);
        i = 0;
      }
      at = n.value64(i);
    }
  }

  /** Mirrors {@code has_space_for_insert}. */
  private static boolean hasSpace(Node n, long key) {
    if (n.entries() != n.max()) {
      return true;
    }
    return n.isLeaf() && n.contains(key, n.lowerBound(key));
  }

  // ---- making room ------------------------------------------------------------------------------

  /** The root keeps its place, and gets two children; mirrors {@code btree_split_beneath}. */
  @KernelSymbol("btree_split_beneath")
  private void splitBeneath() throws MetadataException {
    Node parent = new Node(spine.current());
    int left = parent.entries() / 2;
    int right = parent.entries() - left;
    Block lb = tm.newBlock(Node.VALIDATOR);
    Node ln = new Node(lb);
    ln.initLike(parent, left);
    ln.copy(0, parent, 0, left);
    Block rb;
    try {
      rb = tm.newBlock(Node.VALIDATOR);
    } catch (MetadataException e) {
      tm.unlock(lb);
      throw e;
    }
    Node rn = new Node(rb);
    rn.initLike(parent, right);
    rn.copy(0, parent, left, right);
    int max = Node.maxEntries(Long.BYTES, tm.blocks().blockSize());
    parent.init(Node.INTERNAL, 2, max, Long.BYTES);
    parent.key(0, ln.key(0));
    parent.value64(0, lb.location());
    parent.key(1, rn.key(0));
    parent.value64(1, rb.location());
    tm.unlock(lb);
    tm.unlock(rb);
  }

  @KernelSymbol("rebalance_or_split")
  private void rebalanceOrSplit(BTreeValue value, int index, long key) throws MetadataException {
    Node parent = new Node(spine.parent());
    int siblings = parent.entries();
    boolean leftShared = false;
    boolean rightShared = false;
    if (index > 0) {
      long left = parent.value64(index - 1);
      leftShared = tm.isShared(left);
      if (!leftShared && freeSpace(left) >= SPACE_THRESHOLD) {
        rebalanceLeft(value, index, key);
        return;
      }
    }
    if (index < siblings - 1) {
      long right = parent.value64(index + 1);
      rightShared = tm.isShared(right);
      if (!rightShared && freeSpace(right) >= SPACE_THRESHOLD) {
        rebalanceRight(value, index, key);
        return;
      }
    }
    boolean atAnEnd = index == 0 || index + 1 == siblings;
    if (leftShared || rightShared || siblings <= 2 || atAnEnd) {
      splitOneIntoTwo(index, key);
    } else {
      splitTwoIntoThree(value, index, key);
    }
  }

  private int freeSpace(long b) throws MetadataException {
    Block block = tm.readLock(b, Node.VALIDATOR);
    Node n = new Node(block);
    int space = n.max() - n.entries();
    tm.unlock(block);
    return space;
  }

  /** A shadow of a sibling, of which its parent is told; mirrors {@code shadow_child}. */
  private Block shadowChild(BTreeValue value, Node parent, int index) throws MetadataException {
    Block child = ShadowSpine.shadow(tm, parent.value64(index), value);
    parent.value64(index, child.location());
    return child;
  }

  /** Of two nodes the one that has the key, or should, becomes the current one. */
  private void choose(Block left, Block right, long key) {
    boolean goesLeft = Long.compareUnsigned(key, new Node(right).key(0)) < 0;
    tm.unlock(goesLeft ? right : left);
    spine.current(goesLeft ? left : right);
  }

  @KernelSymbol("rebalance_left")
  private void rebalanceLeft(BTreeValue value, int index, long key) throws MetadataException {
    Node parent = new Node(spine.parent());
    Block left = shadowChild(value, parent, index - 1);
    Block right = spine.current();
    redistribute2(new Node(left), new Node(right));
    parent.key(index, new Node(right).key(0));
    choose(left, right, key);
  }

  @KernelSymbol("rebalance_right")
  private void rebalanceRight(BTreeValue value, int index, long key) throws MetadataException {
    Node parent = new Node(spine.parent());
    Block right = shadowChild(value, parent, index + 1);
    Block left = spine.current();
    redistribute2(new Node(left), new Node(right));
    parent.key(index + 1, new Node(right).key(0));
    choose(left, right, key);
  }

  @KernelSymbol("split_one_into_two")
  private void splitOneIntoTwo(int index, long key) throws MetadataException {
    Block left = spine.current();
    Block right = tm.newBlock(Node.VALIDATOR);
    Node ln = new Node(left);
    Node rn = new Node(right);
    rn.initLike(ln, 0);
    redistribute2(ln, rn);
    try {
      new Node(spine.parent()).insertBlockAt(index + 1, rn.key(0), right.location());
    } catch (MetadataException e) {
      tm.unlock(right);
      throw e;
    }
    choose(left, right, key);
  }

  @KernelSymbol("split_two_into_three")
  private void splitTwoIntoThree(BTreeValue value, int index, long key) throws MetadataException {
    Node parent = new Node(spine.parent());
    Block right = spine.current();
    Block left = shadowChild(value, parent, index - 1);
    Block middle = tm.newBlock(Node.VALIDATOR);
    Node ln = new Node(left);
    Node mn = new Node(middle);
    Node rn = new Node(right);
    mn.initLike(ln, 0);
    redistribute3(ln, mn, rn);
    parent.key(index, rn.key(0));
    try {
      parent.insertBlockAt(index, mn.key(0), middle.location());
    } catch (MetadataException e) {
      tm.unlock(left);
      tm.unlock(middle);
      throw e;
    }
    if (Long.compareUnsigned(key, mn.key(0)) < 0) {
      tm.unlock(middle);
      tm.unlock(right);
      spine.current(left);
    } else {
      tm.unlock(left);
      choose(middle, right, key);
    }
  }

  /** Evens out two nodes; mirrors {@code redistribute2}. */
  private static void redistribute2(Node left, Node right) {
    int nrLeft = left.entries();
    int nrRight = right.entries();
    int targetLeft = (nrLeft + nrRight) / 2;
    int targetRight = nrLeft + nrRight - targetLeft;
    if (nrLeft < targetLeft) {
      int delta = targetLeft - nrLeft;
      left.copy(nrLeft, right, 0, delta);
      shiftDown(right, delta);
    } else if (nrLeft > targetLeft) {
      int delta = nrLeft - targetLeft;
      right.copy(delta, right, 0, nrRight);
      right.copy(0, left, targetLeft, delta);
    }
    left.entries(targetLeft);
    right.entries(targetRight);
  }

  private static void shiftDown(Node n, int count) {
    n.copy(0, n, count, n.entries() - count);
  }

  /** Evens out two nodes and an empty one between them; mirrors {@code redistribute3}. */
  private static void redistribute3(Node left, Node center, Node right) {
    int nrLeft = left.entries();
    int nrRight = right.entries();
    int total = nrLeft + nrRight;
    int targetLeft = total / 3;
    int targetCenter = (total - targetLeft) / 2;
    int targetRight = total - targetLeft - targetCenter;
    if (nrLeft < targetLeft) {
      int missing = targetLeft - nrLeft;
      left.copy(nrLeft, right, 0, missing);
      center.copy(0, right, missing, targetCenter);
      shiftDown(right, nrRight - targetRight);
    } else if (nrLeft < targetLeft + targetCenter) {
      int toCenter = nrLeft - targetLeft;
      center.copy(0, left, targetLeft, toCenter);
      center.copy(toCenter, right, 0, targetCenter - toCenter);
      shiftDown(right, nrRight - targetRight);
    } else {
      int missing = targetRight - nrRight;
      right.copy(missing, right, 0, nrRight);
      right.copy(0, left, nrLeft - missing, missing);
      center.copy(0, left, targetLeft, nrLeft - targetLeft);
    }
    left.entries(targetLeft);
    center.entries(targetCenter);
    right.entries(targetRight);
  }

  // ---- a leaf to be written over ----------------------------------------------------------------

  /**
   * A leaf that may be changed, locked.
   *
   * @param root of the tree now
   * @param block the leaf
   * @param index of the key in it
   */
  record Leaf(long root, Block block, int index) {}

  /** Mirrors {@code btree_get_overwrite_leaf}: the key must be there. */
  @KernelSymbol("btree_get_overwrite_leaf")
  Leaf overwriteLeaf(long root, long key) throws MetadataException {
    try {
      int i = -1;
      for (long at = root; ; ) {
        Node n = spine.step(at, tree.value());
        if (spine.hasParent() && i >= 0) {
          new Node(spine.parent()).value64(i, spine.current().location());
        }
        i = n.lowerBound(key);
        KernelBug.on(i < 0, PLACE);
        KernelBug.on(i >= n.entries(), PLACE);
        if (n.isLeaf()) {
          if (n.key(i) != key) {
            throw new MetadataException(Errno.EINVAL);
          }
          return new Leaf(spine.root(), spine.keepCurrent(), i);
        }
        at = n.value64(i);
      }
    } finally {
      spine.exit();
    }
  }
}
