package org.dmsim.dm.persistent;

import org.dmsim.block.Errno;
import org.dmsim.report.KernelSymbol;

/** Of a data device, written on another: {@code dm-space-map-disk.c}, 6.1. */
public final class DiskSpaceMap implements SpaceMap {

  private final LowLevelMap map;
  private LowLevelMap old;
  private long begin;
  private long allocatedThisTransaction;

  private DiskSpaceMap(TransactionManager tm) {
    map = new DiskMap(tm);
  }

  /** {@code dm_sm_disk_create}: all blocks are free. */
  @KernelSymbol("dm_sm_disk_create")
  public static DiskSpaceMap create(TransactionManager tm, long blocks) throws MetadataException {
    DiskSpaceMap sm = new DiskSpaceMap(tm);
    sm.map.create();
    sm.map.extend(blocks);
    sm.commit();
    return sm;
  }

  /** {@code dm_sm_disk_open}: from the root that {@link #copyRoot} gave. */
  @KernelSymbol("dm_sm_disk_open")
  public static DiskSpaceMap open(TransactionManager tm, byte[] root) throws MetadataException {
    DiskSpaceMap sm = new DiskSpaceMap(tm);
    sm.map.open(root);
    sm.commit();
    return sm;
  }

  @Override
  public void extend(long extraBlocks) throws MetadataException {
    map.extend(extraBlocks);
  }

  @Override
  public long blocks() {
    return old.blocks;
  }

  @Override
  public long free() {
    return old.blocks - old.allocated - allocatedThisTransaction;
  }

  @Override
  public int count(long b) throws MetadataException {
    return map.lookup(b);
  }

  @Override
  public boolean countIsMoreThanOne(long b) throws MetadataException {
    return Integer.compareUnsigned(count(b), 1) > 0;
  }

  @Override
  public void setCount(long b, int count) throws MetadataException {
    allocatedThisTransaction += map.insert(b, count);
  }

  @Override
  @KernelSymbol("sm_disk_inc_blocks")
  public void inc(long b, long e) throws MetadataException {
    allocatedThisTransaction += map.inc(b, e);
  }

  @Override
  @KernelSymbol("sm_disk_dec_blocks")
  public void dec(long b, long e) throws MetadataException {
    allocatedThisTransaction += map.dec(b, e);
  }

  @Override
  @KernelSymbol("sm_disk_new_block")
  public long newBlock() throws MetadataException {
    long b = map.findCommonFree(old, begin, map.blocks);
    if (b < 0) {
      b = map.findCommonFree(old, 0, begin);
    }
    if (b < 0) {
      throw new MetadataException(Errno.ENOSPC);
    }
    begin = b + 1;
    allocatedThisTransaction += map.inc(b, b + 1);
    return b;
  }

  @Override
  @KernelSymbol("sm_disk_commit")
  public void commit() throws MetadataException {
    map.commit();
    old = map.copy();
    allocatedThisTransaction = 0;
  }

  @Override
  public byte[] copyRoot() {
    return map.root();
  }
}
