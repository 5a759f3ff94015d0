package org.dmsim.dm.persistent;

/**
 * How often each block of a device is used: {@code struct dm_space_map}, 6.1. What changes is kept
 * with {@link #commit}; blocks that were freed since are not given out again before.
 */
public interface SpaceMap {

  /** Bytes of a root: {@code struct disk_sm_root}. */
  int ROOT_SIZE = 32;

  /** Adds blocks at the end. */
  void extend(long extraBlocks) throws MetadataException;

  /** How many blocks there are. */
  long blocks();

  /** How many are not used. */
  long free();

  /** How often a block is used. */
  int count(long b) throws MetadataException;

  /** Whether a block is used more than once; may err towards yes. */
  boolean countIsMoreThanOne(long b) throws MetadataException;

  /** Says how often a block is used. */
  void setCount(long b, int count) throws MetadataException;

  /** The blocks from {@code b} to before {@code e} are used once more. */
  void inc(long b, long e) throws MetadataException;

  /** The blocks from {@code b} to before {@code e} are used once less. */
  void dec(long b, long e) throws MetadataException;

  /**
   * Takes a block that is free, and was when the transaction began.
   *
   * @throws MetadataException ENOSPC if there is none
   */
  long newBlock() throws MetadataException;

  /** Writes down what changed, for the transaction to be committed. */
  void commit() throws MetadataException;

  /** Its root, {@link #ROOT_SIZE} bytes for a superblock. */
  byte[] copyRoot() throws MetadataException;
}
