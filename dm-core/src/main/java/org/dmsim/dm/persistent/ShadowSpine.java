package org.dmsim.dm.persistent;

import org.dmsim.report.KernelSymbol;

/** The way down a tree through shadows: {@code struct shadow_spine}, 6.1. */
final class ShadowSpine {
  private final TransactionManager tm;
  private final Block[] nodes = new Block[2];
  private int count;
  private long root;

  ShadowSpine(TransactionManager tm) {
    this.tm = tm;
  }

  @KernelSymbol("shadow_step")
  Node step(long b, BTreeValue value) throws MetadataException {
    if (count == 2) {
      tm.unlock(nodes[0]);
      nodes[0] = nodes[1];
      count--;
    }
    nodes[count] = shadow(tm, b, value);
    if (count == 0) {
      root = nodes[0].location();
    }
    return new Node(nodes[count++]);
  }

  /** A shadow of a node, whose children have one more parent if it was shared. */
  static Block shadow(TransactionManager tm, long b, BTreeValue value) throws MetadataException {
    TransactionManager.Shadow s = tm.shadow(b, Node.VALIDATOR);
    if (s.children()) {
      incChildren(tm, new Node(s.block()), value);
    }
    return s.block();
  }

  /** Mirrors {@code inc_children}. */
  static void incChildren(TransactionManager tm, Node n, BTreeValue value) {
    if (n.isInternal()) {
      BTreeValue.withRuns(n.memory(), n.valueOffset(0), n.entries(), tm::incRange);
    } else {
      value.inc(n.memory(), n.valueOffset(0), n.entries());
    }
  }

  Block current() {
    return nodes[count - 1];
  }

  /** Another node than the one stepped to turned out to be the right one. */
  void current(Block b) {
    nodes[1] = b;
  }

  boolean hasParent() {
    return count >= 2;
  }

  Block parent() {
    return nodes[0];
  }

  long root() {
    return root;
  }

  /** The current node stays locked when the spine goes. */
  Block keepCurrent() {
    return nodes[--count];
  }

  void exit() {
    for (int i = 0; i < count; i++) {
      tm.unlock(nodes[i]);
    }
    count = 0;
  }
}
