package org.dmsim.dm.persistent;

/** The way down a tree, two locked nodes at once at most: {@code struct ro_spine}, 6.1. */
final class ReadSpine {
  private final TransactionManager tm;
  private final Block[] nodes = new Block[2];
  private int count;

  ReadSpine(TransactionManager tm) {
    this.tm = tm;
  }

  Node step(long child) throws MetadataException {
    if (count == 2) {
      tm.unlock(nodes[0]);
      nodes[0] = nodes[1];
      count--;
    }
    nodes[count] = tm.readLock(child, Node.VALIDATOR);
    return new Node(nodes[count++]);
  }

  void exit() {
    for (int i = 0; i < count; i++) {
      tm.unlock(nodes[i]);
    }
    count = 0;
  }
}
