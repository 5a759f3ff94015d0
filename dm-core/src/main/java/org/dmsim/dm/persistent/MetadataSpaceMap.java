package org.dmsim.dm.persistent;

import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;

/**
 * Of the metadata device itself: {@code dm-space-map-metadata.c}, 6.1. To change it needs new
 * blocks, which it has to give itself: so what comes while it changes waits in a queue.
 */
public final class MetadataSpaceMap implements SpaceMap {

  static final String PREFIX = "space map metadata";

  /** {@code DM_SM_METADATA_MAX_BLOCKS}. */
  public static final long MAX_BLOCKS = MetadataMap.MAX_BITMAPS * ((1L << 14) - 64);

  /** {@code DM_SM_METADATA_BLOCK_SIZE}: sectors of a block. */
  public static final int BLOCK_SECTORS = 8;

  /** {@code DM_SM_METADATA_MAX_SECTORS}. */
  public static final long MAX_SECTORS = MAX_BLOCKS * BLOCK_SECTORS;

  private final LowLevelMap map;
  private final BlockOps uncommitted = new BlockOps();
  private LowLevelMap old;
  private long begin;
  private int recursion;
  private long allocatedThisTransaction;

  /** Gives blocks one after another, and asks no map: {@code bootstrap_ops}. */
  private boolean bootstrap;

  private long threshold = -1;
  private Runnable thresholdFn;
  private long lastFree = -1;

  MetadataSpaceMap(TransactionManager tm) {
    map = new MetadataMap(tm);
  }

  /** Mirrors {@code dm_sm_metadata_create}. */
  @KernelSymbol("dm_sm_metadata_create")
  void create(long blocks, long superblock) throws MetadataException {
    begin = superblock + 1;
    bootstrap = true;
    try {
      map.create();
      map.extend(Math.min(blocks, MAX_BLOCKS));
    } finally {
      bootstrap = false;
    }
    uncommitted.add(true, superblock, begin);
    try {
      applyOps();
    } catch (MetadataException e) {
      DmLog.say(PREFIX, "dm_sm_metadata_create: apply_bops failed");
      throw e;
    }
    commit();
  }

  /** Mirrors {@code dm_sm_metadata_open}. */
  @KernelSymbol("dm_sm_metadata_open")
  void open(byte[] root) throws MetadataException {
    map.open(root);
    old = map.copy();
  }

  /**
   * {@code dm_sm_register_threshold_callback}.
   *
   * @param fn is called when no more than {@code free} blocks are free, once each time
   */
  public void onThreshold(long free, Runnable fn) {
    threshold = free;
    thresholdFn = fn;
  }

  // ---- what waits -------------------------------------------------------------------------------

  @KernelSymbol("apply_bops")
  private void applyOps() throws MetadataException {
    for (BlockOps.Op op = uncommitted.peek(); op != null; op = uncommitted.peek()) {
      if (op.up()) {
        map.inc(op.from(), op.to());
      } else {
        map.dec(op.from(), op.to());
      }
      uncommitted.pop();
    }
  }

  /** A change of the map. */
  private interface Change {
    void run() throws MetadataException;
  }

  /** Mirrors {@code in} and {@code out}: what waits is done after a change, even if it failed. */
  private void outermost(Change change) throws MetadataException {
    recursion++;
    MetadataException failed = null;
    try {
      change.run();
    } catch (MetadataException e) {
      failed = e;
    }
    try {
      if (recursion == 1) {
        applyOps();
      }
    } catch (MetadataException e) {
      failed = failed == null ? e : failed;
    }
    recursion--;
    if (failed != null) {
      throw failed;
    }
  }

  // ---- the map ----------------------------------------------------------------------------------

  @Override
  public long blocks() {
    return map.blocks;
  }

  @Override
  public long free() {
    return bootstrap ? map.blocks - begin : old.blocks - old.allocated - allocatedThisTransaction;
  }

  @Override
  public int count(long b) throws MetadataException {
    if (bootstrap) {
      return b < begin ? 1 : 0;
    }
    return map.lookup(b) + uncommitted.adjustment(b);
  }

  @Override
  public boolean countIsMoreThanOne(long b) throws MetadataException {
    if (bootstrap) {
      return false;
    }
    int adjustment = uncommitted.adjustment(b);
    if (adjustment > 1) {
      return true;
    }
    int count = map.lookupBitmap(b);
    return count == 3 || count + adjustment > 1;
  }

  @Override
  public void setCount(long b, int count) throws MetadataException {
    if (bootstrap) {
      DmLog.say(PREFIX, "bootstrap doesn't support set_count");
      throw new MetadataException(Errno.EINVAL);
    }
    if (recursion > 0) {
      DmLog.say(PREFIX, "cannot recurse set_count()");
      throw new MetadataException(Errno.EINVAL);
    }
    outermost(() -> map.insert(b, count));
  }

  @Override
  @KernelSymbol("sm_metadata_inc_blocks")
  public void inc(long b, long e) throws MetadataException {
    if (bootstrap || recursion > 0) {
      uncommitted.add(true, b, e);
    } else {
      outermost(() -> map.inc(b, e));
    }
  }

  @Override
  @KernelSymbol("sm_metadata_dec_blocks")
  public void dec(long b, long e) throws MetadataException {
    if (bootstrap || recursion > 0) {
      uncommitted.add(false, b, e);
    } else {
      outermost(() -> map.dec(b, e));
    }
  }

  @Override
  @KernelSymbol("sm_metadata_new_block")
  public long newBlock() throws MetadataException {
    if (bootstrap) {
      if (begin == map.blocks) {
        throw new MetadataException(Errno.ENOSPC);
      }
      return begin++;
    }
    long b;
    try {
      b = take();
    } catch (MetadataException e) {
      DmLog.say(PREFIX, "unable to allocate new metadata block");
      throw e;
    }
    checkThreshold(free());
    return b;
  }

  private long take() throws MetadataException {
    long free = map.findCommonFree(old, begin, map.blocks);
    long b = free >= 0 ? free : map.findCommonFree(old, 0, begin);
    if (b < 0) {
      throw new MetadataException(Errno.ENOSPC);
    }
    begin = b + 1;
    if (recursion > 0) {
      uncommitted.add(true, b, b + 1);
    } else {
      outermost(
          () -> {
            map.inc(b, b + 1);
            allocatedThisTransaction++;
          });
      return b;
    }
    allocatedThisTransaction++;
    return b;
  }

  /** Mirrors {@code check_threshold}: told on the way down only. */
  private void checkThreshold(long free) {
    boolean already = lastFree >= 0 && lastFree <= threshold;
    if (free <= threshold && !already) {
      thresholdFn.run();
    }
    lastFree = free;
  }

  @Override
  @KernelSymbol("sm_metadata_commit")
  public void commit() throws MetadataException {
    map.commit();
    old = map.copy();
    allocatedThisTransaction = 0;
  }

  /** Mirrors {@code sm_metadata_extend}: the new bitmaps lie in the new part. */
  @Override
  @KernelSymbol("sm_metadata_extend")
  public void extend(long extraBlocks) throws MetadataException {
    if (bootstrap) {
      DmLog.say(PREFIX, "bootstrap doesn't support extend");
      throw new MetadataException(Errno.EINVAL);
    }
    long oldLength = map.blocks;
    begin = oldLength;
    bootstrap = true;
    try {
      map.extend(extraBlocks);
      do {
        uncommitted.add(true, oldLength, begin);
        oldLength = begin;
        try {
          applyOps();
        } catch (MetadataException e) {
          DmLog.say(PREFIX, "sm_metadata_extend: apply_bops failed");
          throw e;
        }
        map.commit();
      } while (oldLength != begin);
    } finally {
      bootstrap = false;
    }
  }

  @Override
  public byte[] copyRoot() {
    return map.root();
  }
}
