package org.dmsim.dm.persistent;

import java.util.ArrayDeque;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;

/** Takes a whole tree away, node by node with a stack of its own: {@code dm_btree_del}, 6.1. */
final class BTreeDeletion {

  /** {@code MAX_SPINE_DEPTH}. */
  private static final int MAX_DEPTH = 64;

  private static final class Frame {
    private final Block block;
    private final Node node;
    private final int level;
    private final int children;
    private int current;

    Frame(Block block, int level) {
      this.block = block;
      this.node = new Node(block);
      this.level = level;
      this.children = node.entries();
    }
  }

  private final BTree tree;
  private final TransactionManager tm;
  private final ArrayDeque<Frame> stack = new ArrayDeque<>();

  BTreeDeletion(BTree tree) {
    this.tree = tree;
    this.tm = tree.tm();
  }

  void run(long root) throws MetadataException {
    try {
      push(root, 0);
      while (!stack.isEmpty()) {
        step(stack.getLast());
      }
    } catch (MetadataException e) {
      while (!stack.isEmpty()) {
        tm.unlock(stack.removeLast().block);
      }
      throw e;
    }
  }

  private void step(Frame f) throws MetadataException {
    if (f.current >= f.children) {
      pop();
    } else if (f.node.isInternal()) {
      push(f.node.value64(f.current++), f.level);
    } else if (leadsToTrees(f)) {
      push(f.node.value64(f.current++), f.level + 1);
    } else {
      tree.value().dec(f.node.memory(), f.node.valueOffset(0), f.children);
      pop();
    }
  }

  private boolean leadsToTrees(Frame f) {
    return f.level < tree.levels() - 1;
  }

  /** One that others use too only loses a user, with all that is below it. */
  private void push(long b, int level) throws MetadataException {
    if (stack.size() >= MAX_DEPTH) {
      DmLog.say(BTree.PREFIX, "btree deletion stack out of memory");
      throw new MetadataException(Errno.ENOMEM);
    }
    if (Integer.compareUnsigned(tm.ref(b), 1) > 0) {
      tm.dec(b);
      return;
    }
    Frame f = new Frame(tm.readLock(b, Node.VALIDATOR), level);
    stack.addLast(f);
    if (f.node.isInternal() || leadsToTrees(f)) {
      for (int i = 0; i < f.children; i++) {
        tm.blocks().prefetch(f.node.value64(i));
      }
    }
  }

  private void pop() {
    Frame f = stack.removeLast();
    tm.dec(f.block.location());
    tm.unlock(f.block);
  }
}
