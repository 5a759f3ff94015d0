package org.dmsim.dm.targets.thin;

import java.lang.foreign.MemorySegment;
import java.util.LinkedList;
import java.util.List;
import java.util.function.Supplier;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.persistent.BTree;
import org.dmsim.dm.persistent.BTreeValue;
import org.dmsim.dm.persistent.Block;
import org.dmsim.dm.persistent.BlockManager;
import org.dmsim.dm.persistent.DiskSpaceMap;
import org.dmsim.dm.persistent.Le;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.persistent.MetadataSpaceMap;
import org.dmsim.dm.persistent.SpaceMap;
import org.dmsim.dm.persistent.TransactionManager;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.report.KernelSymbol;

/**
 * Which data block belongs to which block of which device: {@code struct dm_pool_metadata} of
 * {@code dm-thin-metadata.c}, 6.1. What changes it holds {@link #rootLock} for writing.
 */
final class PoolMetadata {

  static final String PREFIX = "thin metadata";

  /** {@code THIN_MAX_CONCURRENT_LOCKS}. */
  private static final int MAX_LOCKS = 6;

  private static final int BLOCK_BYTES = MetadataSpaceMap.BLOCK_SECTORS << 9;

  /** Blocks that a commit may need; 16 MiB of them at most. */
  private static final long MAX_RESERVE = 4096;

  /** What a commit does first. */
  @FunctionalInterface
  interface PreCommit {
    /** Answers 0 or a negative errno. */
    int run();
  }

  private final BlockDevice bdev;
  private final RwSemaphore rootLock = new RwSemaphore("&pmd->root_lock");
  final List<ThinDevice> devices = new LinkedList<>();
  private BlockManager bm;
  TransactionManager tm;
  DiskSpaceMap dataMap;

  /** Device, block: the data block. */
  BTree mappings;

  /** The same, without waiting. */
  BTree cachedMappings;

  /** Device: the tree of its blocks. */
  BTree trees;

  /** Block: the data block, of one device. */
  BTree oneTree;

  BTree details;
  int time;
  long root;
  long detailsRoot;
  long heldRoot;
  long transactionId;
  private int flags;
  private long dataBlockSize;
  private PreCommit preCommit;
  private long reserve;

  /** A transaction could not be given up: nothing can be done any more but to close it. */
  private boolean failIo;

  /** Something that says so was done with the pool; before, nothing is committed. */
  private boolean inService;

  private PoolMetadata(BlockDevice bdev, long dataBlockSize) {
    this.bdev = bdev;
    this.dataBlockSize = dataBlockSize;
  }

  // ---- locks ------------------------------------------------------------------------------------

  /** What is done with the lock held. */
  interface Action<T> {
    T run() throws MetadataException;
  }

  /** What is done with the lock held, for nothing but its effect. */
  interface Change {
    void run() throws MetadataException;
  }

  private void refuseAfterFailure() throws MetadataException {
    if (failIo) {
      throw new MetadataException(Errno.EINVAL);
    }
  }

  /** Looks at something; EINVAL once all I/O fails. */
  <T> T reading(Action<T> action) throws MetadataException {
    rootLock.downRead();
    try {
      refuseAfterFailure();
      return action.run();
    } finally {
      rootLock.upRead();
    }
  }

  /** Changes something that user space has asked for; EINVAL once all I/O fails. */
  <T> T writing(Action<T> action) throws MetadataException {
    rootLock.downWrite();
    inService = true;
    try {
      refuseAfterFailure();
      return action.run();
    } finally {
      rootLock.upWrite();
    }
  }

  void changing(Change change) throws MetadataException {
    writing(
        () -> {
          change.run();
          return null;
        });
  }

  /** Changes something that does not count as a use of the pool. */
  <T> T writingInCore(Action<T> action) throws MetadataException {
    rootLock.downWrite();
    try {
      refuseAfterFailure();
      return action.run();
    } finally {
      rootLock.upWrite();
    }
  }

  /** Something of memory alone, whatever has failed. */
  void inCore(Runnable change) {
    rootLock.downWrite();
    change.run();
    rootLock.upWrite();
  }

  <T> T lookingInCore(Supplier<T> look) {
    rootLock.downRead();
    T seen = look.get();
    rootLock.upRead();
    return seen;
  }

  // ---- opening ----------------------------------------------------------------------------------

  /**
   * {@code dm_pool_metadata_open}.
   *
   * @param dataBlockSize sectors
   * @param formats whether a device of zeroes is made one with metadata
   */
  @KernelSymbol("dm_pool_metadata_open")
  static PoolMetadata open(BlockDevice bdev, long dataBlockSize, boolean formats)
      throws MetadataException {
    PoolMetadata pmd = new PoolMetadata(bdev, dataBlockSize);
    pmd.bm = new BlockManager(bdev, BLOCK_BYTES, MAX_LOCKS);
    try {
      pmd.openOrFormat(formats);
    } catch (MetadataException e) {
      pmd.bm.destroy();
      throw e;
    }
    try {
      pmd.beginTransaction();
    } catch (MetadataException e) {
      pmd.close();
      throw e;
    }
    pmd.setReserve();
    return pmd;
  }

  @KernelSymbol("__open_or_format_metadata")
  private void openOrFormat(boolean formats) throws MetadataException {
    if (!superblockIsZero()) {
      openMetadata();
    } else if (formats) {
      format();
    } else {
      throw new MetadataException(Errno.EPERM);
    }
  }

  private boolean superblockIsZero() throws MetadataException {
    Block b = bm.readLock(ThinSuperblock.LOCATION, null);
    boolean zero = true;
    for (byte x : b.data()) {
      zero &= x == 0;
    }
    bm.unlock(b);
    return zero;
  }

  private static <T> T saying(String failed, Action<T> action) throws MetadataException {
    try {
      return action.run();
    } catch (MetadataException e) {
      DmLog.say(PREFIX, failed);
      throw e;
    }
  }

  @KernelSymbol("__format_metadata")
  private void format() throws MetadataException {
    tm =
        saying(
            "tm_create_with_sm failed",
            () -> TransactionManager.create(bm, ThinSuperblock.LOCATION));
    dataMap = saying("sm_disk_create failed", () -> DiskSpaceMap.create(tm, 0));
    setupTrees();
    root = mappings.empty();
    detailsRoot = saying("couldn't create devices root", () -> details.empty());
    writeInitialSuperblock();
  }

  @KernelSymbol("__write_initial_superblock")
  private void writeInitialSuperblock() throws MetadataException {
    long sectors = Math.min(bdev.sectors(), MetadataSpaceMap.MAX_SECTORS);
    dataMap.commit();
    tm.preCommit();
    byte[] metadataRoot = tm.spaceMap().copyRoot();
    byte[] dataRoot = dataMap.copyRoot();
    Block b = bm.writeLockZero(ThinSuperblock.LOCATION, ThinSuperblock.VALIDATOR);
    ThinSuperblock sb = new ThinSuperblock(b);
    sb.init(
        (int) dataBlockSize,
        MetadataSpaceMap.BLOCK_SECTORS,
        sectors / MetadataSpaceMap.BLOCK_SECTORS);
    sb.roots(dataRoot, metadataRoot);
    sb.mappingRoot(root);
    sb.detailsRoot(detailsRoot);
    tm.commit(b);
  }

  /** Mirrors {@code __setup_btree_details}. */
  private void setupTrees() {
    BTreeValue blocks = new BlockTime(dataMap);
    mappings = new BTree(tm, 2, blocks);
    cachedMappings = new BTree(tm.nonBlockingClone(), 2, blocks);
    oneTree = new BTree(tm, 1, blocks);
    trees = new BTree(tm, 1, new Trees());
    details = new BTree(tm, 1, () -> DeviceDetails.SIZE);
  }

  /** Trees as values: {@code subtree_inc} and its friends. */
  private final class Trees implements BTreeValue {
    @Override
    public int size() {
      return Long.BYTES;
    }

    @Override
    public void inc(MemorySegment at, long offset, int count) {
      for (int i = 0; i < count; i++) {
        tm.inc(at.get(Le.LE64, offset + (long) i * Long.BYTES));
      }
    }

    @Override
    public void dec(MemorySegment at, long offset, int count) {
      for (int i = 0; i < count; i++) {
        try {
          oneTree.delete(at.get(Le.LE64, offset + (long) i * Long.BYTES));
        } catch (MetadataException e) {
          DmLog.say(PREFIX, "btree delete failed");
        }
      }
    }

    @Override
    public boolean equal(MemorySegment at, long offset, MemorySegment value) {
      return at.get(Le.LE64, offset) == value.get(Le.LE64, 0);
    }
  }

  @KernelSymbol("__open_metadata")
  private void openMetadata() throws MetadataException {
    Block b =
        saying(
            "couldn't read superblock",
            () -> bm.readLock(ThinSuperblock.LOCATION, ThinSuperblock.VALIDATOR));
    try {
      ThinSuperblock sb = new ThinSuperblock(b);
      if (Integer.toUnsignedLong(sb.dataBlockSize()) != dataBlockSize) {
        DmLog.say(
            PREFIX,
            ("changing the data block size (from " + Integer.toUnsignedString(sb.dataBlockSize()))
                + (" to " + dataBlockSize + ") is not supported"));
        throw new MetadataException(Errno.EINVAL);
      }
      checkFeatures(sb);
      tm = saying("tm_open_with_sm failed", () -> TransactionManager.open(bm, sb.metadataRoot()));
      dataMap = saying("sm_disk_open failed", () -> DiskSpaceMap.open(tm, sb.dataRoot()));
      root = sb.mappingRoot();
      detailsRoot = sb.detailsRoot();
      heldRoot = sb.heldRoot();
      setupTrees();
    } finally {
      bm.unlock(b);
    }
  }

  @KernelSymbol("__check_incompat_features")
  private void checkFeatures(ThinSuperblock sb) throws MetadataException {
    if (sb.incompatFlags() != 0) {
      DmLog.say(
          PREFIX,
          ("could not access metadata due to unsupported optional features (")
              + Integer.toHexString(sb.incompatFlags())
              + ").");
      throw new MetadataException(Errno.EINVAL);
    }
    if (!bdev.isReadOnly() && sb.compatRoFlags() != 0) {
      DmLog.say(
          PREFIX,
          "could not access metadata RDWR due to unsupported optional features ("
              + Integer.toHexString(sb.compatRoFlags())
              + ").");
      throw new MetadataException(Errno.EINVAL);
    }
  }

  @KernelSymbol("__begin_transaction")
  private void beginTransaction() throws MetadataException {
    Block b = bm.readLock(ThinSuperblock.LOCATION, ThinSuperblock.VALIDATOR);
    ThinSuperblock sb = new ThinSuperblock(b);
    time = sb.time();
    root = sb.mappingRoot();
    detailsRoot = sb.detailsRoot();
    heldRoot = sb.heldRoot();
    transactionId = sb.transactionId();
    flags = sb.flags();
    dataBlockSize = Integer.toUnsignedLong(sb.dataBlockSize());
    bm.unlock(b);
  }

  private void setReserve() {
    reserve = Math.min(MAX_RESERVE, tm.spaceMap().blocks() / 10);
  }

  // ---- committing and giving up -----------------------------------------------------------------

  /** Mirrors {@code __commit_transaction}; the lock is held. */
  @KernelSymbol("__commit_transaction")
  void commitTransaction() throws MetadataException {
    if (!inService) {
      return;
    }
    if (preCommit != null) {
      int r = preCommit.run();
      if (r < 0) {
        DmLog.say(PREFIX, "pre-commit callback failed");
        throw new MetadataException(-r);
      }
    }
    writeChangedDetails();
    dataMap.commit();
    tm.preCommit();
    byte[] metadataRoot = tm.spaceMap().copyRoot();
    byte[] dataRoot = dataMap.copyRoot();
    Block b = bm.writeLock(ThinSuperblock.LOCATION, ThinSuperblock.VALIDATOR);
    ThinSuperblock sb = new ThinSuperblock(b);
    sb.time(time);
    sb.mappingRoot(root);
    sb.detailsRoot(detailsRoot);
    sb.heldRoot(heldRoot);
    sb.transactionId(transactionId);
    sb.flags(flags);
    sb.roots(dataRoot, metadataRoot);
    tm.commit(b);
  }

  @KernelSymbol("__write_changed_details")
  private void writeChangedDetails() throws MetadataException {
    for (ThinDevice td : List.copyOf(devices)) {
      if (td.changed) {
        detailsRoot = details.insert(detailsRoot, td.details().bytes(), td.id());
        if (td.openCount > 0) {
          td.changed = false;
        } else {
          devices.remove(td);
        }
      }
    }
  }

  /** {@code dm_pool_commit_metadata}. */
  @KernelSymbol("dm_pool_commit_metadata")
  void commit() throws MetadataException {
    writingInCore(
        () -> {
          commitTransaction();
          beginTransaction();
          return null;
        });
  }

  /** {@code dm_pool_abort_metadata}: back to what was committed last. */
  @KernelSymbol("dm_pool_abort_metadata")
  void abort() throws MetadataException {
    if (failIo) {
      throw new MetadataException(Errno.EINVAL);
    }
    changing(
        () -> {
          devices.forEach(td -> td.abortedWithChanges = td.changed);
          bm.reset();
          try {
            openOrFormat(false);
          } catch (MetadataException e) {
            failIo = true;
            throw e;
          }
        });
  }

  /** {@code dm_pool_metadata_close}; false if devices are open. */
  @KernelSymbol("dm_pool_metadata_close")
  boolean close() {
    rootLock.downRead();
    devices.removeIf(td -> td.openCount == 0);
    int open = devices.size();
    rootLock.upRead();
    if (open > 0) {
      DmLog.say(PREFIX, "attempt to close pmd when " + open + " device(s) are still open");
      return false;
    }
    rootLock.downWrite();
    if (!failIo && !bm.readOnly()) {
      try {
        commitTransaction();
      } catch (MetadataException e) {
        DmLog.say(
            PREFIX, "dm_pool_metadata_close: __commit_transaction() failed, error = -" + e.errno());
      }
    }
    rootLock.upWrite();
    bm.destroy();
    return true;
  }

  // ---- the copy that user space reads -----------------------------------------------------------

  /** {@code dm_pool_reserve_metadata_snap}. */
  @KernelSymbol("dm_pool_reserve_metadata_snap")
  void reserveSnapshot() throws MetadataException {
    changing(
        () -> {
          if (heldRoot != 0) {
            DmLog.say(
                PREFIX,
                "Pool metadata snapshot already exists: release this before taking another.");
            throw new MetadataException(Errno.EBUSY);
          }
          try {
            commitTransaction();
          } catch (MetadataException e) {
            DmLog.say(
                PREFIX,
                "__reserve_metadata_snap: __commit_transaction() failed, error = -" + e.errno());
            throw e;
          }
          copySuperblock();
        });
  }

  private void copySuperblock() throws MetadataException {
    tm.inc(ThinSuperblock.LOCATION);
    Block copy;
    try {
      copy = tm.shadow(ThinSuperblock.LOCATION, ThinSuperblock.VALIDATOR).block();
    } catch (MetadataException e) {
      tm.dec(ThinSuperblock.LOCATION);
      throw e;
    }
    ThinSuperblock sb = new ThinSuperblock(copy);
    sb.wipeRoots();
    tm.inc(sb.mappingRoot());
    tm.inc(sb.detailsRoot());
    tm.unlock(copy);
    heldRoot = copy.location();
  }

  /** {@code dm_pool_release_metadata_snap}. */
  @KernelSymbol("dm_pool_release_metadata_snap")
  void releaseSnapshot() throws MetadataException {
    changing(
        () -> {
          long held = heldRoot;
          if (held == 0) {
            DmLog.say(PREFIX, "No pool metadata snapshot found: nothing to release.");
            throw new MetadataException(Errno.EINVAL);
          }
          Block copy = tm.readLock(held, ThinSuperblock.VALIDATOR);
          heldRoot = 0;
          ThinSuperblock sb = new ThinSuperblock(copy);
          deleteQuietly(mappings, sb.mappingRoot());
          deleteQuietly(details, sb.detailsRoot());
          tm.unlock(copy);
          tm.dec(held);
        });
  }

  static void deleteQuietly(BTree tree, long root) {
    try {
      tree.delete(root);
    } catch (MetadataException e) {
      return; // as the kernel ignores it
    }
  }

  // ---- sizes and flags --------------------------------------------------------------------------

  /** {@code dm_pool_get_free_block_count}. */
  long freeDataBlocks() throws MetadataException {
    return reading(() -> dataMap.free());
  }

  /** {@code dm_pool_get_free_metadata_block_count}: without the reserve. */
  long freeMetadataBlocks() throws MetadataException {
    return reading(() -> Math.max(tm.spaceMap().free() - reserve, 0));
  }

  /** {@code dm_pool_get_data_dev_size}. */
  long dataBlocks() throws MetadataException {
    return reading(() -> dataMap.blocks());
  }

  /** {@code dm_pool_get_metadata_dev_size}. */
  long metadataBlocks() throws MetadataException {
    return reading(() -> tm.spaceMap().blocks());
  }

  /** {@code dm_pool_get_metadata_transaction_id}. */
  long transaction() throws MetadataException {
    return reading(() -> transactionId);
  }

  /** {@code dm_pool_get_metadata_snap}; 0 for none. */
  long heldRoot() throws MetadataException {
    return reading(() -> heldRoot);
  }

  /** {@code dm_pool_set_metadata_transaction_id}. */
  void setTransactionId(long current, long fresh) throws MetadataException {
    changing(
        () -> {
          if (transactionId != current) {
            DmLog.say(PREFIX, "mismatched transaction id");
            throw new MetadataException(Errno.EINVAL);
          }
          transactionId = fresh;
        });
  }

  /** {@code dm_pool_alloc_data_block}. */
  @KernelSymbol("dm_pool_alloc_data_block")
  long allocDataBlock() throws MetadataException {
    return writing(() -> dataMap.newBlock());
  }

  /** {@code dm_pool_block_is_shared}. */
  boolean isShared(long b) throws MetadataException {
    return reading(() -> Integer.compareUnsigned(dataMap.count(b), 1) > 0);
  }

  /** {@code dm_pool_inc_data_range}. */
  @KernelSymbol("dm_pool_inc_data_range")
  void incData(long b, long e) throws MetadataException {
    changing(() -> dataMap.inc(b, e));
  }

  /** {@code dm_pool_dec_data_range}. */
  @KernelSymbol("dm_pool_dec_data_range")
  void decData(long b, long e) throws MetadataException {
    changing(() -> dataMap.dec(b, e));
  }

  private static void resize(SpaceMap map, long count) throws MetadataException {
    long old = map.blocks();
    if (count < old) {
      DmLog.say(PREFIX, "cannot reduce size of space map");
      throw new MetadataException(Errno.EINVAL);
    }
    if (count > old) {
      map.extend(count - old);
    }
  }

  /** {@code dm_pool_resize_data_dev}. */
  @KernelSymbol("dm_pool_resize_data_dev")
  void resizeData(long count) throws MetadataException {
    changing(() -> resize(dataMap, count));
  }

  /** {@code dm_pool_resize_metadata_dev}. */
  @KernelSymbol("dm_pool_resize_metadata_dev")
  void resizeMetadata(long count) throws MetadataException {
    changing(
        () -> {
          resize(tm.spaceMap(), count);
          setReserve();
        });
  }

  /** {@code dm_pool_metadata_read_only} and {@code dm_pool_metadata_read_write}. */
  void readOnly(boolean only) {
    inCore(() -> bm.readOnly(only));
  }

  /** {@code dm_pool_register_metadata_threshold}. */
  void onThreshold(long threshold, Runnable fn) throws MetadataException {
    writingInCore(
        () -> {
          tm.spaceMap().onThreshold(threshold, fn);
          return null;
        });
  }

  /** {@code dm_pool_register_pre_commit_callback}. */
  void onCommit(PreCommit fn) {
    inCore(() -> preCommit = fn);
  }

  /** {@code dm_pool_metadata_set_needs_check}: written with the next flush. */
  @KernelSymbol("dm_pool_metadata_set_needs_check")
  void setNeedsCheck() throws MetadataException {
    changing(
        () -> {
          flags |= ThinSuperblock.NEEDS_CHECK;
          Block b =
              saying(
                  "couldn't lock superblock",
                  () -> bm.writeLock(ThinSuperblock.LOCATION, ThinSuperblock.VALIDATOR));
          new ThinSuperblock(b).flags(flags);
          bm.unlock(b);
        });
  }

  /** {@code dm_pool_metadata_needs_check}. */
  boolean needsCheck() {
    return lookingInCore(() -> (flags & ThinSuperblock.NEEDS_CHECK) != 0);
  }

  /** {@code dm_pool_changed_this_transaction}. */
  boolean changedThisTransaction() {
    return lookingInCore(() -> devices.stream().anyMatch(td -> td.changed));
  }

  /** {@code dm_pool_issue_prefetches}. */
  @KernelSymbol("dm_pool_issue_prefetches")
  void issuePrefetches() {
    rootLock.downRead();
    if (!failIo) {
      tm.issuePrefetches();
    }
    rootLock.upRead();
  }
}
