package org.dmsim.dm.targets.cache.smq;

/**
 * A block that is to be moved: {@code struct policy_work}, 6.1.
 *
 * @param op from where to where
 * @param oblock block of the origin
 * @param cblock block of the cache
 */
public record PolicyWork(Op op, long oblock, int cblock) {

  /** {@code enum policy_operation}. */
  public enum Op {
    PROMOTE,
    DEMOTE,
    WRITEBACK
  }
}
