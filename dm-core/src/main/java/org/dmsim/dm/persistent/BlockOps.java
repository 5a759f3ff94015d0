package org.dmsim.dm.persistent;

import java.util.ArrayDeque;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;

/**
 * Changes of counts that wait until the space map is not being changed already: {@code struct
 * bop_ring_buffer}, 6.1.
 */
final class BlockOps {

  /** {@code MAX_RECURSIVE_ALLOCATIONS}. */
  private static final int MOST = 1024;

  /**
   * One change.
   *
   * @param up or down
   * @param from first block
   * @param to after the last
   */
  record Op(boolean up, long from, long to) {}

  private final ArrayDeque<Op> ops = new ArrayDeque<>();

  void add(boolean up, long from, long to) throws MetadataException {
    if (ops.size() == MOST) {
      DmLog.say(MetadataSpaceMap.PREFIX, "too many recursive allocations");
      throw new MetadataException(Errno.ENOMEM);
    }
    ops.addLast(new Op(up, from, to));
  }

  /** The first, which stays; null if there is none. */
  Op peek() {
    return ops.peekFirst();
  }

  void pop() {
    ops.removeFirst();
  }

  void clear() {
    ops.clear();
  }

  /** By how much they will change a block's count. */
  int adjustment(long b) {
    int sum = 0;
    for (Op op : ops) {
      if (b >= op.from() && b < op.to()) {
        sum += op.up() ? 1 : -1;
      }
    }
    return sum;
  }
}
