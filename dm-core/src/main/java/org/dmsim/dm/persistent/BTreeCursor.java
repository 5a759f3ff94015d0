package org.dmsim.dm.persistent;

import java.util.ArrayDeque;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;

/**
 * A place in a tree with one level, which goes on from entry to entry: {@code struct
 * dm_btree_cursor}, 6.1.
 */
public final class BTreeCursor {

  /** {@code DM_BTREE_CURSOR_MAX_DEPTH}. */
  private static final int MAX_DEPTH = 16;

  private static final class Place {
    private final Block block;
    private final Node node;
    private int index;

    Place(Block block) {
      this.block = block;
      this.node = new Node(block);
    }
  }

  private final BTree tree;
  private final boolean prefetchLeaves;
  private final ArrayDeque<Place> places = new ArrayDeque<>();

  /** At the first entry; a failure leaves locked what is locked by then, as in the kernel. */
  BTreeCursor(BTree tree, long root, boolean prefetchLeaves) throws MetadataException {
    this.tree = tree;
    this.prefetchLeaves = prefetchLeaves;
    push(root);
    findLeaf();
  }

  private void push(long b) throws MetadataException {
    if (places.size() >= MAX_DEPTH - 1) {
      DmLog.say(BTree.PREFIX, "couldn't push cursor node, stack depth too high");
      throw new MetadataException(Errno.EINVAL);
    }
    Place p = new Place(tree.tm().readLock(b, Node.VALIDATOR));
    places.addLast(p);
    if (prefetchLeaves || !p.node.isLeaf()) {
      for (int i = 0; i < p.node.entries(); i++) {
        tree.tm().blocks().prefetch(p.node.value64(i));
      }
    }
  }

  private void findLeaf() throws MetadataException {
    Place p = places.getLast();
    while (!p.node.isLeaf()) {
      try {
        push(p.node.value64(p.index));
      } catch (MetadataException e) {
        DmLog.say(BTree.PREFIX, "push_node failed");
        throw e;
      }
      p = places.getLast();
    }
    if (p.node.entries() == 0) {
      throw new MetadataException(Errno.ENODATA);
    }
  }

  /**
   * To the next entry.
   *
   * @throws MetadataException ENODATA after the last
   */
  public void next() throws MetadataException {
    while (true) {
      if (places.isEmpty()) {
        throw new MetadataException(Errno.ENODATA);
      }
      Place p = places.getLast();
      if (++p.index < p.node.entries()) {
        break;
      }
      tree.tm().unlock(places.removeLast().block);
    }
    try {
      findLeaf();
    } catch (MetadataException e) {
      DmLog.say(BTree.PREFIX, "find_leaf failed");
      throw e;
    }
  }

  /** The entry where it stands. */
  public BTree.Entry get() throws MetadataException {
    if (places.isEmpty()) {
      throw new MetadataException(Errno.ENODATA);
    }
    Place p = places.getLast();
    if (p.node.isInternal()) {
      throw new MetadataException(Errno.EINVAL);
    }
    return new BTree.Entry(p.node.key(p.index), p.node.value(p.index, tree.value().size()));
  }

  /** Unlocks what it has locked; {@code dm_btree_cursor_end}. */
  public void end() {
    while (!places.isEmpty()) {
      tree.tm().unlock(places.removeLast().block);
    }
  }
}
