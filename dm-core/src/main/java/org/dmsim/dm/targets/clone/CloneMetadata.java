package org.dmsim.dm.targets.clone;

import java.util.BitSet;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.persistent.BitsetCursor;
import org.dmsim.dm.persistent.Block;
import org.dmsim.dm.persistent.BlockManager;
import org.dmsim.dm.persistent.DiskBitset;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.persistent.TransactionManager;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.report.KernelSymbol;

/**
 * Which regions are there, in memory and on the metadata device: {@code struct dm_clone_metadata},
 * {@code dm-clone-metadata.c}, 6.1. Regions that came are collected in one of two maps, so that
 * more can come while the other one is written.
 */
final class CloneMetadata extends Shared {

  static final String PREFIX = "clone metadata";

  /** Bytes. */
  private static final int BLOCK_SIZE = 4096;

  private static final int MAX_LOCKS = 5;

  private final BlockDevice bdev;
  private final long targetSize;
  private final long regionSize;
  private final int regions;
  private final RwSemaphore lock = new RwSemaphore("&cmd->lock");
  private final SpinLock bitmapLock = new SpinLock("&cmd->bitmap_lock");

  /** Those that came since the last commit, and those that are being committed, by turns. */
  private final BitSet[] dirty = {new BitSet(), new BitSet()};

  private final boolean[] changed = new boolean[2];
  private final BitSet regionMap = new BitSet();
  private int current;
  private boolean committing;
  private BlockManager blocks;
  private TransactionManager tm;
  private DiskBitset bitset;
  private long bitsetRoot;
  private boolean readOnly;
  private boolean hydrationDone;
  private boolean failIo;

  /**
   * Mirrors {@code dm_clone_metadata_open}: a device of zeroes is formatted.
   *
   * @param targetSize sectors
   * @param regionSize sectors
   */
  @KernelSymbol("dm_clone_metadata_open")
  CloneMetadata(BlockDevice bdev, long targetSize, long regionSize) throws MetadataException {
    super("cmd->region_map");
    this.bdev = bdev;
    this.targetSize = targetSize;
    this.regionSize = regionSize;
    this.regions = (int) ((targetSize + regionSize - 1) / regionSize);
    createStructures(true);
    try {
      loadBitset();
    } catch (MetadataException e) {
      say("Failed to load on-disk region map");
      blocks.destroy();
      throw e;
    }
    hydrationDone = isFull();
  }

  private static void say(String text) {
    DmLog.say(PREFIX, text);
  }

  /** A step of the metadata that is told in the log if it fails. */
  private interface Step<T> {
    T run() throws MetadataException;
  }

  private static <T> T told(String failure, Step<T> step) throws MetadataException {
    try {
      return step.run();
    } catch (MetadataException e) {
      say(failure);
      throw e;
    }
  }

  /** Mirrors {@code dm_clone_metadata_close}. */
  @KernelSymbol("dm_clone_metadata_close")
  void close() {
    if (!failIo) {
      blocks.destroy();
    }
  }

  // ---- opening and formatting -------------------------------------------------------------------

  @KernelSymbol("__create_persistent_data_structures")
  private void createStructures(boolean mayFormat) throws MetadataException {
    blocks = new BlockManager(bdev, BLOCK_SIZE, MAX_LOCKS);
    try {
      if (isFormatted()) {
        open();
      } else if (mayFormat) {
        format();
      } else {
        throw new MetadataException(Errno.EPERM);
      }
    } catch (MetadataException e) {
      blocks.destroy();
      throw e;
    }
  }

  @KernelSymbol("__superblock_all_zeroes")
  private boolean isFormatted() throws MetadataException {
    Block b =
        told(
            "Failed to read_lock superblock",
            () -> blocks.readLock(CloneSuperblock.LOCATION, null));
    boolean formatted = false;
    for (byte each : b.data()) {
      formatted |= each != 0;
    }
    blocks.unlock(b);
    return formatted;
  }

  @KernelSymbol("__open_metadata")
  private void open() throws MetadataException {
    Block b =
        told(
            "Failed to read_lock superblock",
            () -> blocks.readLock(CloneSuperblock.LOCATION, CloneSuperblock.VALIDATOR));
    try {
      if (CloneSuperblock.regionSize(b) != regionSize
          || CloneSuperblock.targetSize(b) != targetSize) {
        say("Region and/or target size don't match the ones in metadata");
        throw new MetadataException(Errno.EINVAL);
      }
      tm =
          told(
              "dm_tm_open_with_sm failed",
              () -> TransactionManager.open(blocks, CloneSuperblock.spaceMapRoot(b)));
      bitset = new DiskBitset(tm);
      bitsetRoot = CloneSuperblock.bitsetRoot(b);
    } finally {
      blocks.unlock(b);
    }
  }

  @KernelSymbol("__format_metadata")
  private void format() throws MetadataException {
    tm =
        told(
            "Failed to create transaction manager",
            () -> TransactionManager.create(blocks, CloneSuperblock.LOCATION));
    bitset = new DiskBitset(tm);
    bitsetRoot = told("Failed to create empty on-disk bitset", bitset::empty);
    bitsetRoot =
        told(
            "Failed to resize on-disk bitset to " + regions + " entries",
            () -> bitset.resize(bitsetRoot, 0, regions, false));
    writeSuperblock();
  }

  /** Makes the transaction real: everything else first, then the superblock. */
  private void writeSuperblock() throws MetadataException {
    told(
        "dm_tm_pre_commit failed",
        () -> {
          tm.preCommit();
          return null;
        });
    byte[] root = told("__copy_sm_root failed", () -> tm.spaceMap().copyRoot());
    Block b =
        told(
            "Failed to write_lock superblock",
            () -> blocks.writeLockZero(CloneSuperblock.LOCATION, CloneSuperblock.VALIDATOR));
    CloneSuperblock.fill(b, root, regionSize, targetSize, bitsetRoot);
    told(
        "Failed to commit superblock",
        () -> {
          tm.commit(b);
          return null;
        });
  }

  @KernelSymbol("__load_bitset_in_core")
  private void loadBitset() throws MetadataException {
    bitsetRoot = bitset.flush(bitsetRoot);
    BitsetCursor c = bitset.cursor(bitsetRoot, regions);
    try {
      for (int i = 0; ; i++) {
        regionMap.set(i, c.get());
        if (i >= regions - 1) {
          break;
        }
        c.next();
      }
    } finally {
      c.end();
    }
  }

  // ---- questions --------------------------------------------------------------------------------

  private boolean isFull() {
    return regionMap.nextClearBit(0) >= regions;
  }

  /** {@code dm_clone_is_hydration_done}. */
  boolean isHydrationDone() {
    Sched.point(this, Access.READ);
    return hydrationDone;
  }

  /** {@code dm_clone_is_region_hydrated}; nobody locks for that. */
  boolean isHydrated(long region) {
    Sched.point(this, Access.READ);
    return hydrationDone || regionMap.get((int) region);
  }

  /** {@code dm_clone_is_range_hydrated}. */
  boolean isHydrated(long start, long count) {
    Sched.point(this, Access.READ);
    return hydrationDone || regionMap.nextClearBit((int) start) >= start + count;
  }

  /** {@code dm_clone_nr_of_hydrated_regions}. */
  int hydratedRegions() {
    Sched.point(this, Access.READ);
    return regionMap.cardinality();
  }

  /** {@code dm_clone_find_next_unhydrated_region}: the count of regions if there is none. */
  long nextUnhydrated(long start) {
    Sched.point(this, Access.READ);
    return Math.min(regionMap.nextClearBit((int) start), regions);
  }

  /** {@code dm_clone_changed_this_transaction}. */
  boolean hasChanged() {
    boolean flags = bitmapLock.lockIrqsave();
    boolean has = changed[0] || changed[1];
    bitmapLock.unlockIrqrestore(flags);
    return has;
  }

  /** {@code dm_clone_get_free_metadata_block_count}. */
  @KernelSymbol("dm_clone_get_free_metadata_block_count")
  long freeBlocks() throws MetadataException {
    return asked(() -> tm.spaceMap().free());
  }

  /** {@code dm_clone_get_metadata_dev_size}: blocks. */
  @KernelSymbol("dm_clone_get_metadata_dev_size")
  long deviceBlocks() throws MetadataException {
    return asked(() -> tm.spaceMap().blocks());
  }

  private long asked(Step<Long> question) throws MetadataException {
    lock.downRead();
    try {
      if (failIo) {
        throw new MetadataException(Errno.EINVAL);
      }
      return question.run();
    } finally {
      lock.upRead();
    }
  }

  // ---- regions that came ------------------------------------------------------------------------

  /** {@code dm_clone_set_region_hydrated}; any context. */
  @KernelSymbol("dm_clone_set_region_hydrated")
  void setHydrated(long region) throws MetadataException {
    boolean flags = bitmapLock.lockIrqsave();
    try {
      refuseWhenReadOnly();
      mark((int) region);
    } finally {
      bitmapLock.unlockIrqrestore(flags);
    }
  }

  /** {@code dm_clone_cond_set_range}. */
  @KernelSymbol("dm_clone_cond_set_range")
  void setRange(long start, long count) throws MetadataException {
    bitmapLock.lockIrq();
    try {
      refuseWhenReadOnly();
      for (int r = (int) start; r < start + count; r++) {
        if (!regionMap.get(r)) {
          mark(r);
        }
      }
    } finally {
      bitmapLock.unlockIrq();
    }
  }

  private void refuseWhenReadOnly() throws MetadataException {
    if (readOnly) {
      throw new MetadataException(Errno.EPERM);
    }
  }

  private void mark(int region) {
    Sched.touch(this, Access.WRITE);
    dirty[current].set(region);
    regionMap.set(region);
    changed[current] = true;
  }

  // ---- committing -------------------------------------------------------------------------------

  private boolean isFrozen() {
    return failIo || blocks.readOnly();
  }

  /** From here on regions are collected for the next one; {@code dm_clone_metadata_pre_commit}. */
  @KernelSymbol("dm_clone_metadata_pre_commit")
  void preCommit() throws MetadataException {
    lock.downWrite();
    try {
      if (isFrozen()) {
        throw new MetadataException(Errno.EPERM);
      }
      bitmapLock.lockIrq();
      current = 1 - current;
      bitmapLock.unlockIrq();
      committing = true;
    } finally {
      lock.upWrite();
    }
  }

  /** Mirrors {@code dm_clone_metadata_commit}. */
  @KernelSymbol("dm_clone_metadata_commit")
  void commit() throws MetadataException {
    lock.downWrite();
    try {
      if (isFrozen() || !committing) {
        throw new MetadataException(Errno.EPERM);
      }
      flush(1 - current);
      committing = false;
    } finally {
      lock.upWrite();
    }
  }

  @KernelSymbol("__flush_dmap")
  private void flush(int map) throws MetadataException {
    BitSet regionsToSet = dirty[map];
    for (int r = regionsToSet.nextSetBit(0); r >= 0; r = regionsToSet.nextSetBit(r + 1)) {
      int region = r;
      bitsetRoot = told("dm_bitset_set_bit failed", () -> bitset.set(bitsetRoot, region));
      regionsToSet.clear(r);
    }
    bitsetRoot = told("dm_bitset_flush failed", () -> bitset.flush(bitsetRoot));
    writeSuperblock();
    Sched.touch(this, Access.WRITE);
    hydrationDone |= isFull();
    bitmapLock.lockIrq();
    changed[map] = false;
    bitmapLock.unlockIrq();
  }

  /** Reads again what lies on the device; {@code dm_clone_reload_in_core_bitset}. */
  @KernelSymbol("dm_clone_reload_in_core_bitset")
  void reload() throws MetadataException {
    lock.downWrite();
    try {
      if (failIo) {
        throw new MetadataException(Errno.EINVAL);
      }
      Sched.touch(this, Access.WRITE);
      loadBitset();
    } finally {
      lock.upWrite();
    }
  }

  /** Goes back to what was committed last; {@code dm_clone_metadata_abort}. */
  @KernelSymbol("dm_clone_metadata_abort")
  void abort() throws MetadataException {
    lock.downWrite();
    try {
      if (isFrozen()) {
        throw new MetadataException(Errno.EPERM);
      }
      blocks.destroy();
      try {
        createStructures(false);
      } catch (MetadataException e) {
        failIo = true;
        throw e;
      }
    } finally {
      lock.upWrite();
    }
  }

  /** {@code dm_clone_metadata_set_read_only} and {@code dm_clone_metadata_set_read_write}. */
  @KernelSymbol("dm_clone_metadata_set_read_only")
  void setReadOnly(boolean only) {
    lock.downWrite();
    bitmapLock.lockIrq();
    readOnly = only;
    bitmapLock.unlockIrq();
    if (!failIo) {
      blocks.readOnly(only);
    }
    lock.upWrite();
  }
}
