package org.dmsim.dm.targets.cache;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.persistent.ArrayCursor;
import org.dmsim.dm.persistent.BitsetCursor;
import org.dmsim.dm.persistent.Block;
import org.dmsim.dm.persistent.BlockManager;
import org.dmsim.dm.persistent.DiskArray;
import org.dmsim.dm.persistent.DiskBitset;
import org.dmsim.dm.persistent.Le;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.persistent.MetadataSpaceMap;
import org.dmsim.dm.persistent.TransactionManager;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.cache.smq.SmqPolicy;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;

/**
 * Which block of the origin each block of the cache holds, which are dirty, which of the origin are
 * discarded: {@code struct dm_cache_metadata} of {@code dm-cache-metadata.c}, 6.1. Two tables of
 * one device share it.
 */
final class CacheMetadata {

  static final String PREFIX = "cache metadata";

  /** {@code CACHE_MAX_CONCURRENT_LOCKS}. */
  private static final int MAX_LOCKS = 5;

  private static final int BLOCK_BYTES = MetadataSpaceMap.BLOCK_SECTORS << 9;

  /** {@code M_VALID}. */
  private static final int VALID = 1;

  /** {@code M_DIRTY}: of version 1 only. */
  private static final int DIRTY = 2;

  private static final int FLAG_BITS = 16;

  /** Those of a machine that are open: the kernel's {@code table}. */
  private static final class Open {
    private final Mutex lock = new Mutex("table_lock");
    private final Map<BlockDevice, CacheMetadata> all = new HashMap<>();
  }

  private final BlockDevice bdev;
  private final SharedInt references = new SharedInt("cmd->ref_count", 1);
  private final RwSemaphore rootLock = new RwSemaphore("&cmd->root_lock");
  private int version;
  private BlockManager bm;
  private TransactionManager tm;
  private DiskArray mappings;
  private DiskArray hints;
  private DiskBitset discards;
  private DiskBitset dirty;
  private int flags;
  private long root;
  private long hintRoot;
  private long discardRoot;
  private long dirtyRoot;
  private long discardBlockSize;
  private long discardBlocks;
  private long dataBlockSize;
  private int cacheBlocks;
  private boolean changed = true;
  private boolean cleanWhenOpened;
  private String policyName = "";
  private int[] policyVersion = new int[3];
  private int hintSize;
  private CacheSuperblock.Stats stats = new CacheSuperblock.Stats(0, 0, 0, 0);

  /** A transaction could not be given up: nothing can be done any more but to close it. */
  private boolean failIo;

  private CacheMetadata(BlockDevice bdev, long dataBlockSize, int hintSize, int version) {
    this.bdev = bdev;
    this.dataBlockSize = dataBlockSize;
    this.hintSize = hintSize;
    this.version = version;
  }

  // ---- locks ------------------------------------------------------------------------------------

  /** What is done with the lock held. */
  interface Action<T> {
    T run() throws MetadataException;
  }

  /** What is done with the lock held, for its effect. */
  interface Change {
    void run() throws MetadataException;
  }

  private <T> T reading(Action<T> action) throws MetadataException {
    rootLock.downRead();
    try {
      if (failIo) {
        throw new MetadataException(Errno.EINVAL);
      }
      return action.run();
    } finally {
      rootLock.upRead();
    }
  }

  private void writing(Change change) throws MetadataException {
    rootLock.downWrite();
    try {
      if (failIo || bm.readOnly()) {
        throw new MetadataException(Errno.EINVAL);
      }
      change.run();
    } finally {
      rootLock.upWrite();
    }
  }

  private void writingIfPossible(Change change) {
    try {
      writing(change);
    } catch (MetadataException e) {
      return; // as the kernel's macro returns
    }
  }

  private static <T> T saying(String failed, Action<T> action) throws MetadataException {
    try {
      return action.run();
    } catch (MetadataException e) {
      DmLog.say(PREFIX, failed);
      throw e;
    }
  }

  private boolean hasDirtyBits() {
    return version >= 2;
  }

  // ---- opening ----------------------------------------------------------------------------------

  /**
   * {@code dm_cache_metadata_open}: makes it, where the device holds zeroes.
   *
   * @param blockSize sectors
   * @param hintSize bytes of a hint of the policy
   * @param version 1, or 2 for dirty bits of their own
   */
  @KernelSymbol("dm_cache_metadata_open")
  static CacheMetadata open(BlockDevice bdev, long blockSize, int hintSize, int version)
      throws MetadataException {
    CacheMetadata cmd = lookupOrOpen(bdev, blockSize, hintSize, version);
    if (cmd.dataBlockSize != blockSize) {
      DmLog.say(
          PREFIX,
          ("data_block_size (" + blockSize + ") different from that in metadata (")
              + (cmd.dataBlockSize + ")"));
      cmd.close();
      throw new MetadataException(Errno.EINVAL);
    }
    return cmd;
  }

  private static Open openOnes(BlockDevice bdev) {
    return bdev.disk().disks().part(Open.class, Open::new);
  }

  private static CacheMetadata lookup(Open open, BlockDevice bdev) {
    CacheMetadata cmd = open.all.get(bdev);
    if (cmd != null) {
      cmd.references.add(1);
    }
    return cmd;
  }

  private static CacheMetadata lookupOrOpen(
      BlockDevice bdev, long blockSize, int hintSize, int version) throws MetadataException {
    Open open = openOnes(bdev);
    open.lock.lock();
    CacheMetadata cmd = lookup(open, bdev);
    open.lock.unlock();
    if (cmd != null) {
      return cmd;
    }
    CacheMetadata fresh = new CacheMetadata(bdev, blockSize, hintSize, version);
    fresh.openAlone();
    open.lock.lock();
    cmd = lookup(open, bdev);
    if (cmd == null) {
      open.all.put(bdev, fresh);
    }
    open.lock.unlock();
    if (cmd != null) {
      fresh.bm.destroy();
      return cmd;
    }
    return fresh;
  }

  @KernelSymbol("metadata_open")
  private void openAlone() throws MetadataException {
    bm = new BlockManager(bdev, BLOCK_BYTES, MAX_LOCKS);
    try {
      openOrFormat(true);
    } catch (MetadataException e) {
      bm.destroy();
      throw e;
    }
    try {
      beginTransaction(~CacheSuperblock.CLEAN_SHUTDOWN);
    } catch (MetadataException e) {
      KernelBug.nullPointer(); // the kernel takes it off a list that it is not on
      throw e;
    }
  }

  private void openOrFormat(boolean formats) throws MetadataException {
    Block b = bm.readLock(CacheSuperblock.LOCATION, null);
    boolean zero = Arrays.equals(b.data(), new byte[BLOCK_BYTES]);
    bm.unlock(b);
    if (!zero) {
      openMetadata();
    } else if (formats) {
      format();
    } else {
      throw new MetadataException(Errno.EPERM);
    }
  }

  private void setupMappings() {
    mappings = new DiskArray(tm, () -> Long.BYTES);
    if (hintSize != 0) {
      hints = new DiskArray(tm, () -> Integer.BYTES);
    }
  }

  @KernelSymbol("__format_metadata")
  private void format() throws MetadataException {
    tm =
        saying(
            "tm_create_with_sm failed",
            () -> TransactionManager.create(bm, CacheSuperblock.LOCATION));
    setupMappings();
    root = mappings.empty();
    if (hasDirtyBits()) {
      dirty = new DiskBitset(tm);
      dirtyRoot = dirty.empty();
    }
    discards = new DiskBitset(tm);
    discardRoot = discards.empty();
    discardBlockSize = 0;
    discardBlocks = 0;
    tm.preCommit();
    byte[] spaceMap = tm.spaceMap().copyRoot();
    Block b = bm.writeLockZero(CacheSuperblock.LOCATION, CacheSuperblock.VALIDATOR);
    CacheSuperblock sb = new CacheSuperblock(b);
    sb.init(version, (int) dataBlockSize, MetadataSpaceMap.BLOCK_SECTORS);
    sb.spaceMapRoot(spaceMap);
    sb.mappingRoot(root);
    sb.hintRoot(hintRoot);
    sb.discards(discardRoot, discardBlockSize, discardBlocks);
    if (hasDirtyBits()) {
      sb.dirtyRoot(dirtyRoot);
    }
    tm.commit(b);
    cleanWhenOpened = true;
  }

  @KernelSymbol("__open_metadata")
  private void openMetadata() throws MetadataException {
    Block b =
        saying(
            "couldn't read lock superblock",
            () -> bm.readLock(CacheSuperblock.LOCATION, CacheSuperblock.VALIDATOR));
    try {
      CacheSuperblock sb = new CacheSuperblock(b);
      if (Integer.toUnsignedLong(sb.dataBlockSize()) != dataBlockSize) {
        DmLog.say(
            PREFIX,
            ("changing the data block size (from " + Integer.toUnsignedString(sb.dataBlockSize()))
                + (" to " + dataBlockSize + ") is not supported"));
        throw new MetadataException(Errno.EINVAL);
      }
      checkFeatures(sb.incompatFlags(), "");
      if (!bdev.isReadOnly()) {
        checkFeatures(sb.compatRoFlags(), " RDWR");
      }
      tm = saying("tm_open_with_sm failed", () -> TransactionManager.open(bm, sb.spaceMapRoot()));
      setupMappings();
      dirty = new DiskBitset(tm);
      discards = new DiskBitset(tm);
      cleanWhenOpened = (sb.flags() & CacheSuperblock.CLEAN_SHUTDOWN) != 0;
    } finally {
      bm.unlock(b);
    }
  }

  private static void checkFeatures(int features, String access) throws MetadataException {
    if (features != 0) {
      DmLog.say(
          PREFIX,
          ("could not access metadata" + access + " due to unsupported optional features (")
              + (Integer.toHexString(features) + ")."));
      throw new MetadataException(Errno.EINVAL);
    }
  }

  /** Mirrors {@code read_superblock_fields}. */
  private void readFields(CacheSuperblock sb) {
    version = sb.version();
    flags = sb.flags();
    root = sb.mappingRoot();
    hintRoot = sb.hintRoot();
    discardRoot = sb.discardRoot();
    discardBlockSize = sb.discardBlockSize();
    discardBlocks = sb.discardBlocks();
    dataBlockSize = Integer.toUnsignedLong(sb.dataBlockSize());
    cacheBlocks = sb.cacheBlocks();
    policyName = sb.policyName();
    policyVersion = new int[] {sb.policyVersion(0), sb.policyVersion(1), sb.policyVersion(2)};
    hintSize = sb.hintSize();
    stats = sb.stats();
    if (hasDirtyBits()) {
      dirtyRoot = sb.dirtyRoot();
    }
    changed = false;
  }

  /** Mirrors {@code __begin_transaction_flags}. */
  @KernelSymbol("__begin_transaction_flags")
  private void beginTransaction(int keptFlags) throws MetadataException {
    Block b = bm.writeLock(CacheSuperblock.LOCATION, CacheSuperblock.VALIDATOR);
    CacheSuperblock sb = new CacheSuperblock(b);
    sb.flags(sb.flags() & keptFlags);
    readFields(sb);
    bm.unlock(b);
    bm.flush();
  }

  /** {@code dm_cache_metadata_close}. */
  @KernelSymbol("dm_cache_metadata_close")
  void close() {
    if (!references.decAndTest()) {
      return;
    }
    Open open = openOnes(bdev);
    open.lock.lock();
    open.all.remove(bdev);
    open.lock.unlock();
    if (!failIo) {
      bm.destroy();
    }
  }

  // ---- committing and giving up -----------------------------------------------------------------

  @KernelSymbol("__commit_transaction")
  private void commitTransaction(boolean clean) throws MetadataException {
    if (hasDirtyBits()) {
      dirtyRoot = dirty.flush(dirtyRoot);
    }
    discardRoot = discards.flush(discardRoot);
    tm.preCommit();
    byte[] spaceMap = tm.spaceMap().copyRoot();
    Block b = bm.writeLock(CacheSuperblock.LOCATION, CacheSuperblock.VALIDATOR);
    CacheSuperblock sb = new CacheSuperblock(b);
    sb.flags(
        clean ? flags | CacheSuperblock.CLEAN_SHUTDOWN : flags & ~CacheSuperblock.CLEAN_SHUTDOWN);
    sb.mappingRoot(root);
    if (hasDirtyBits()) {
      sb.dirtyRoot(dirtyRoot);
    }
    sb.hintRoot(hintRoot);
    sb.discards(discardRoot, discardBlockSize, discardBlocks);
    sb.cacheBlocks(cacheBlocks);
    sb.policy(policyName, policyVersion, hintSize);
    sb.stats(stats);
    sb.spaceMapRoot(spaceMap);
    tm.commit(b);
  }

  /** {@code dm_cache_commit}. */
  @KernelSymbol("dm_cache_commit")
  void commit(boolean clean) throws MetadataException {
    writing(
        () -> {
          commitTransaction(clean);
          Block b = bm.readLock(CacheSuperblock.LOCATION, CacheSuperblock.VALIDATOR);
          readFields(new CacheSuperblock(b));
          bm.unlock(b);
        });
  }

  /** {@code dm_cache_metadata_abort}: back to what was committed last. */
  @KernelSymbol("dm_cache_metadata_abort")
  void abort() throws MetadataException {
    if (failIo) {
      throw new MetadataException(Errno.EINVAL);
    }
    BlockManager fresh = new BlockManager(bdev, BLOCK_BYTES, MAX_LOCKS);
    BlockManager[] old = new BlockManager[1];
    try {
      writing(
          () -> {
            old[0] = bm;
            bm = fresh;
            try {
              openOrFormat(false);
            } catch (MetadataException e) {
              failIo = true;
              throw e;
            }
          });
      old[0].destroy();
    } catch (MetadataException e) {
      if (old[0] != null) {
        old[0].destroy();
      }
      fresh.destroy();
      throw e;
    }
  }

  /** {@code dm_cache_changed_this_transaction}; so it says, too, once all I/O fails. */
  boolean changedThisTransaction() {
    try {
      return reading(() -> changed);
    } catch (MetadataException e) {
      return true;
    }
  }

  // ---- sizes ------------------------------------------------------------------------------------

  private static byte[] word(long w) {
    byte[] b = new byte[Long.BYTES];
    MemorySegment.ofArray(b).set(Le.LE64, 0, w);
    return b;
  }

  private static byte[] pack(long oblock, int flagBits) {
    return word(oblock << FLAG_BITS | flagBits);
  }

  private static long unpack(byte[] value) {
    return MemorySegment.ofArray(value).get(Le.LE64, 0);
  }

  /** {@code dm_cache_resize}. */
  @KernelSymbol("dm_cache_resize")
  void resize(int size) throws MetadataException {
    writing(
        () -> {
          if (Integer.compareUnsigned(size, cacheBlocks) < 0 && !areClean(size, cacheBlocks)) {
            DmLog.say(PREFIX, "unable to shrink cache due to dirty blocks");
            throw new MetadataException(Errno.EINVAL);
          }
          root = mappings.resize(root, cacheBlocks, size, pack(0, 0));
          if (hasDirtyBits()) {
            dirtyRoot = dirty.resize(dirtyRoot, cacheBlocks, size, false);
          }
          cacheBlocks = size;
          changed = true;
        });
  }

  /** Mirrors {@code blocks_are_unmapped_or_clean}. */
  private boolean areClean(int begin, int end) throws MetadataException {
    if (hasDirtyBits()) {
      return areCleanSeparate(begin, end);
    }
    for (int b = begin; b != end; b++) {
      int i = b;
      long value = saying("block_clean_combined_dirty failed", () -> unpack(mappings.get(root, i)));
      if ((value & VALID) != 0 && (value & DIRTY) != 0) {
        DmLog.say(PREFIX, "cache block " + b + " is dirty");
        return false;
      }
    }
    return true;
  }

  private boolean areCleanSeparate(int begin, int end) throws MetadataException {
    if (cacheBlocks == 0) {
      return true;
    }
    String name = "blocks_are_clean_separate_dirty: ";
    BitsetCursor c =
        saying(
            name + "dm_bitset_cursor_begin for dirty failed",
            () -> dirty.cursor(dirtyRoot, cacheBlocks));
    try {
      saying(
          name + "dm_bitset_cursor_skip for dirty failed",
          () -> {
            c.skip(begin);
            return null;
          });
      for (int b = begin; b != end; ) {
        if (c.get()) {
          DmLog.say(PREFIX, name + "cache block " + b + " is dirty");
          return false;
        }
        if (++b != end) {
          saying(
              name + "dm_bitset_cursor_next for dirty failed",
              () -> {
                c.next();
                return null;
              });
        }
      }
      return true;
    } finally {
      c.end();
    }
  }

  /** {@code dm_cache_get_free_metadata_block_count}. */
  long freeMetadataBlocks() throws MetadataException {
    return reading(() -> tm.spaceMap().free());
  }

  /** {@code dm_cache_get_metadata_dev_size}. */
  long metadataBlocks() throws MetadataException {
    return reading(() -> tm.spaceMap().blocks());
  }

  // ---- discards ---------------------------------------------------------------------------------

  /** {@code dm_cache_discard_bitset_resize}. */
  @KernelSymbol("dm_cache_discard_bitset_resize")
  void resizeDiscards(long blockSize, long blocks) throws MetadataException {
    writing(
        () -> {
          try {
            discardRoot = discards.resize(discardRoot, (int) discardBlocks, (int) blocks, false);
            discardBlockSize = blockSize;
            discardBlocks = blocks;
          } finally {
            changed = true;
          }
        });
  }

  /** {@code dm_cache_set_discard}. */
  @KernelSymbol("dm_cache_set_discard")
  void setDiscard(int block, boolean discard) throws MetadataException {
    writing(
        () -> {
          discardRoot =
              discard ? discards.set(discardRoot, block) : discards.clear(discardRoot, block);
          changed = true;
        });
  }

  /** What is told of each discard block. */
  @FunctionalInterface
  interface LoadDiscard {
    /** Whether a block of so many sectors is discarded. */
    void load(long blockSize, long block, boolean discard);
  }

  /** {@code dm_cache_load_discards}. */
  @KernelSymbol("dm_cache_load_discards")
  void loadDiscards(LoadDiscard fn) throws MetadataException {
    reading(
        () -> {
          if (discardBlocks == 0) {
            return null;
          }
          if (!cleanWhenOpened) {
            for (long b = 0; b < discardBlocks; b++) {
              fn.load(discardBlockSize, b, false);
            }
            return null;
          }
          discardRoot = discards.flush(discardRoot);
          BitsetCursor c = discards.cursor(discardRoot, (int) discardBlocks);
          try {
            for (long b = 0; ; b++) {
              fn.load(discardBlockSize, b, c.get());
              if (b >= discardBlocks - 1) {
                break;
              }
              c.next();
            }
          } finally {
            c.end();
          }
          return null;
        });
  }

  // ---- mappings ---------------------------------------------------------------------------------

  private void set(int cblock, byte[] value) throws MetadataException {
    root = mappings.set(root, cblock, value);
    changed = true;
  }

  /** {@code dm_cache_remove_mapping}. */
  @KernelSymbol("dm_cache_remove_mapping")
  void remove(int cblock) throws MetadataException {
    writing(() -> set(cblock, pack(0, 0)));
  }

  /** {@code dm_cache_insert_mapping}. */
  @KernelSymbol("dm_cache_insert_mapping")
  void insert(int cblock, long oblock) throws MetadataException {
    writing(() -> set(cblock, pack(oblock, VALID)));
  }

  /** What is told of each block that is cached. */
  @FunctionalInterface
  interface LoadMapping {
    /** A cached block. */
    void load(long oblock, int cblock, boolean dirty, int hint, boolean hintValid)
        throws MetadataException;
  }

  /** {@code dm_cache_load_mappings}. */
  @KernelSymbol("dm_cache_load_mappings")
  void loadMappings(SmqPolicy policy, LoadMapping fn) throws MetadataException {
    reading(
        () -> {
          if (cacheBlocks != 0) {
            loadMappingsLocked(policy, fn);
          }
          return null;
        });
  }

  private void loadMappingsLocked(SmqPolicy policy, LoadMapping fn) throws MetadataException {
    boolean unchanged =
        policyName.equals(policy.name())
            && policyVersion[0] == SmqPolicy.VERSION
            && hintSize == SmqPolicy.HINT_SIZE;
    boolean hintsValid = cleanWhenOpened && unchanged && hintRoot != 0 && hintSize != 0;
    ArrayCursor mapping = mappings.cursor(root);
    ArrayCursor hint = null;
    BitsetCursor bits = null;
    try {
      hint = hintsValid ? hints.cursor(hintRoot) : null;
      bits = hasDirtyBits() ? dirty.cursor(dirtyRoot, cacheBlocks) : null;
      for (int cb = 0; ; cb++) {
        loadMapping(cb, unpack(mapping.get()), hint, bits, fn);
        if (Integer.compareUnsigned(cb, cacheBlocks - 1) >= 0) {
          return;
        }
        saying(
            "dm_array_cursor_next for mapping failed",
            () -> {
              mapping.next();
              return null;
            });
        hint = nextHint(hint);
        if (bits != null) {
          BitsetCursor b = bits;
          saying(
              "dm_bitset_cursor_next for dirty failed",
              () -> {
                b.next();
                return null;
              });
        }
      }
    } finally {
      mapping.end();
      if (hint != null) {
        hint.end();
      }
      if (bits != null) {
        bits.end();
      }
    }
  }

  /** Hints may be fewer than blocks; what is missing is not valid. */
  private static ArrayCursor nextHint(ArrayCursor hint) {
    if (hint != null) {
      try {
        hint.next();
      } catch (MetadataException e) {
        hint.end();
        return null;
      }
    }
    return hint;
  }

  private void loadMapping(
      int cblock, long value, ArrayCursor hint, BitsetCursor bits, LoadMapping fn)
      throws MetadataException {
    if ((value & VALID) == 0) {
      return;
    }
    int h = hint == null ? 0 : MemorySegment.ofArray(hint.get()).get(Le.LE32, 0);
    boolean isDirty = true;
    if (cleanWhenOpened) {
      isDirty = bits != null ? bits.get() : (value & DIRTY) != 0;
    }
    try {
      fn.load(value >>> FLAG_BITS, cblock, isDirty, h, hint != null);
    } catch (MetadataException e) {
      DmLog.say(PREFIX, "policy couldn't load cache block " + cblock);
      throw e;
    }
  }

  /** {@code dm_cache_set_dirty_bits}. */
  @KernelSymbol("dm_cache_set_dirty_bits")
  void setDirtyBits(int count, IntPredicate isDirty) throws MetadataException {
    writing(
        () -> {
          if (!hasDirtyBits()) {
            for (int i = 0; i < count; i++) {
              setDirtyBit(i, isDirty.test(i));
            }
            return;
          }
          if (count != cacheBlocks) {
            DmLog.say(PREFIX, "dirty bitset is wrong size");
            throw new MetadataException(Errno.EINVAL);
          }
          dirty.delete(dirtyRoot);
          changed = true;
          dirtyRoot = dirty.create(count, isDirty::test);
        });
  }

  private void setDirtyBit(int cblock, boolean isDirty) throws MetadataException {
    long value = unpack(mappings.get(root, cblock));
    if ((value & DIRTY) != 0 == isDirty) {
      return;
    }
    set(cblock, word(isDirty ? value | DIRTY : value & ~(long) DIRTY));
  }

  // ---- the policy's hints, statistics, flags ----------------------------------------------------

  /** {@code dm_cache_write_hints}. */
  @KernelSymbol("dm_cache_write_hints")
  void writeHints(SmqPolicy policy) throws MetadataException {
    writing(
        () -> {
          policyName = policy.name();
          policyVersion = new int[] {SmqPolicy.VERSION, 0, 0};
          hintSize = SmqPolicy.HINT_SIZE;
          if (hintRoot != 0) {
            hints.delete(hintRoot);
          }
          hintRoot =
              hints.create(
                  cacheBlocks,
                  i -> {
                    byte[] hint = new byte[Integer.BYTES];
                    MemorySegment.ofArray(hint).set(Le.LE32, 0, policy.hint(i));
                    return hint;
                  });
        });
  }

  /** {@code dm_cache_metadata_get_stats}. */
  CacheSuperblock.Stats stats() {
    try {
      return reading(() -> stats);
    } catch (MetadataException e) {
      return new CacheSuperblock.Stats(0, 0, 0, 0);
    }
  }

  /** {@code dm_cache_metadata_set_stats}. */
  void stats(CacheSuperblock.Stats s) {
    writingIfPossible(() -> stats = s);
  }

  /** {@code dm_cache_metadata_set_read_only} and {@code dm_cache_metadata_set_read_write}. */
  void readOnly(boolean only) {
    writingIfPossible(() -> bm.readOnly(only));
  }

  /** {@code dm_cache_metadata_set_needs_check}. */
  @KernelSymbol("dm_cache_metadata_set_needs_check")
  void setNeedsCheck() throws MetadataException {
    writing(
        () -> {
          flags |= CacheSuperblock.NEEDS_CHECK;
          Block b =
              saying(
                  "couldn't read superblock",
                  () -> bm.writeLock(CacheSuperblock.LOCATION, CacheSuperblock.VALIDATOR));
          new CacheSuperblock(b).flags(flags);
          bm.unlock(b);
        });
  }

  /** {@code dm_cache_metadata_needs_check}. */
  boolean needsCheck() throws MetadataException {
    return reading(() -> (flags & CacheSuperblock.NEEDS_CHECK) != 0);
  }
}
