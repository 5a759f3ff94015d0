package org.dmsim.dm.targets.cache;

import java.util.Arrays;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.persistent.MetadataSpaceMap;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.cache.smq.SmqPolicy;
import org.dmsim.report.KernelSymbol;

/**
 * {@code cache METADATA CACHE ORIGIN BLOCK COUNT [FEATURE...] POLICY COUNT [KEY VALUE...]}: mirrors
 * the target of {@code dm-cache-target.c}, 6.1.
 */
@DmTargetType(name = "cache", version = "2.3.0")
public final class CacheTarget extends DmTarget {

  /** {@code DATA_DEV_BLOCK_SIZE_MIN_SECTORS}. */
  private static final long MIN_BLOCK = 32 * 1024 >> 9;

  /** {@code DATA_DEV_BLOCK_SIZE_MAX_SECTORS}. */
  private static final long MAX_BLOCK = 1024L * 1024 * 1024 >> 9;

  /** {@code DM_CACHE_METADATA_MAX_SECTORS_WARNING}. */
  private static final long WARN_SECTORS = 16L * (1024 * 1024 * 1024 >> 9);

  private static final int MAX_POLICY_ARGS = 1024;
  private static final String TOO_FEW = "Insufficient args";

  private String[] argv;
  private DmDev metadata;
  private Cache cache;
  private boolean sized;
  private boolean loadedMappings;
  private boolean loadedDiscards;

  static BioData data(Bio bio) {
    return perBioData(bio, BioData::new);
  }

  static void submit(Bio bio) {
    submitBioRemap(bio);
  }

  // ---- construction -----------------------------------------------------------------------------

  private static TargetError refuse(String why) {
    return new TargetError(EINVAL, why);
  }

  private static String next(ArgSet args) throws TargetError {
    String word = args.shift();
    if (word == null) {
      throw refuse(TOO_FEW);
    }
    return word;
  }

  @Override
  @KernelSymbol("cache_ctr")
  public void ctr(String[] words) throws TargetError {
    argv = words.clone();
    ArgSet args = new ArgSet(words);
    metadata = getDevice(next(args), true, "Error opening metadata device");
    warnIfTooBig(metadata.bdev());
    DmDev fast = getDevice(next(args), true, "Error opening cache device");
    DmDev origin = getDevice(next(args), true, "Error opening origin device");
    if (Long.compareUnsigned(length(), origin.bdev().sectors()) > 0) {
      throw refuse("Device size larger than cached device");
    }
    long block = blockSize(next(args));
    if (block > fast.bdev().sectors()) {
      throw refuse("Data block size is larger than the cache device");
    }
    final CacheFeatures features = CacheFeatures.parse(args);
    String policy = next(args);
    int count = args.readGroup(0, MAX_POLICY_ARGS, "Invalid number of policy arguments");
    create(fast, origin, block, features, policy, args, count);
  }

  private static long blockSize(String word) throws TargetError {
    String error = "Invalid data block size";
    long size = Scan.kstrtoull(word, error);
    if (Long.compareUnsigned(size, MIN_BLOCK) < 0
        || Long.compareUnsigned(size, MAX_BLOCK) > 0
        || size % MIN_BLOCK != 0) {
      throw refuse(error);
    }
    return size;
  }

  private static void warnIfTooBig(BlockDevice bdev) {
    if (bdev.sectors() > WARN_SECTORS) {
      DmLog.say(
          "cache",
          ("Metadata device " + bdev.name() + " is larger than " + MetadataSpaceMap.MAX_SECTORS)
              + " sectors: excess space will not be used.");
    }
  }

  @KernelSymbol("cache_create")
  private void create(
      DmDev fast,
      DmDev origin,
      long block,
      CacheFeatures features,
      String policyName,
      ArgSet args,
      int count)
      throws TargetError {
    accountsRemappedIo = true;
    numFlushBios = 2;
    flushSupported = true;
    numDiscardBios = 1;
    discardsSupported = true;
    setMaxIoLen(block);
    if (!SmqPolicy.isKnown(policyName)) {
      DmLog.say("cache-policy", "unknown policy type");
      throw refuse("Error creating cache's policy");
    }
    int size = (int) (fast.bdev().sectors() / block);
    SmqPolicy policy = new SmqPolicy(policyName, size, length(), block);
    cache = new Cache(table(), fast, origin, length(), block, policy, features, size);
    try {
      configure(args, count);
      openMetadata(block, features);
    } catch (TargetError e) {
      cache.destroy();
      throw e;
    }
    if (cache.passesThrough()) {
      policy.allowMigrations(false);
    }
    cache.stats(cache.cmd.stats());
  }

  @KernelSymbol("set_config_values")
  private void configure(ArgSet args, int count) throws TargetError {
    boolean wrong = count % 2 != 0;
    if (wrong) {
      log("Odd number of policy arguments given but they should be <key> <value> pairs.");
    }
    for (int i = 0; i < count && !wrong; i += 2) {
      wrong = !cache.configure(args.shift(), args.shift());
    }
    if (wrong) {
      throw refuse("Error setting cache policy's config values");
    }
  }

  private void openMetadata(long block, CacheFeatures features) throws TargetError {
    try {
      cache.cmd =
          CacheMetadata.open(metadata.bdev(), block, SmqPolicy.HINT_SIZE, features.metadataVersion);
    } catch (MetadataException e) {
      throw new TargetError(e.errno(), "Error creating metadata object");
    }
    cache.setMode(CacheFeatures.Mode.WRITE);
    if (cache.mode() != CacheFeatures.Mode.WRITE) {
      cache.cmd.close();
      throw refuse("Unable to get write access to metadata, please check/repair metadata.");
    }
  }

  @Override
  @KernelSymbol("cache_dtr")
  public void dtr() {
    cache.destroy();
    cache.cmd.close();
  }

  // ---- I/O --------------------------------------------------------------------------------------

  @Override
  @KernelSymbol("cache_map")
  public MapResult map(Bio bio) {
    data(bio).begin(targetBioNr(bio));
    return cache.map(bio);
  }

  @Override
  @KernelSymbol("cache_end_io")
  public EndIoResult endIo(Bio clone) {
    cache.ended(clone);
    return EndIoResult.DONE;
  }

  // ---- suspend ----------------------------------------------------------------------------------

  @Override
  @KernelSymbol("cache_postsuspend")
  public void postsuspend() {
    cache.stop();
    if (cache.mode() == CacheFeatures.Mode.WRITE) {
      syncMetadata();
    }
  }

  /** What may fail. */
  private interface Step {
    void run() throws MetadataException;
  }

  private boolean written(String operation, String what, Step step) {
    boolean done = !cache.mode().isReadOnlyOrWorse();
    if (done) {
      try {
        step.run();
      } catch (MetadataException e) {
        cache.operationFailed(operation, e);
        done = false;
      }
    }
    if (!done) {
      cache.log("could not write " + what);
    }
    return done;
  }

  /** A shutdown is clean only if all of it was written. */
  @KernelSymbol("sync_metadata")
  private void syncMetadata() {
    boolean clean =
        written(
            "dm_cache_set_dirty_bits",
            "dirty bitset",
            () -> cache.cmd.setDirtyBits(cache.size, cache.dirtyBits::test));
    clean &= writeDiscards();
    if (!cache.mode().isReadOnlyOrWorse()) {
      cache.cmd.stats(cache.stats());
    }
    clean &= written("dm_cache_write_hints", "hints", () -> cache.cmd.writeHints(cache.policy));
    if (cache.commit(clean) != 0) {
      cache.log("could not write cache metadata");
    }
  }

  @KernelSymbol("write_discard_bitset")
  private boolean writeDiscards() {
    String[] operation = {"dm_cache_discard_bitset_resize"};
    boolean done = !cache.mode().isReadOnlyOrWorse();
    try {
      if (done) {
        cache.cmd.resizeDiscards(cache.discardBlockSize, cache.discardBlocks);
        operation[0] = "dm_cache_set_discard";
        for (int i = 0; i < cache.discardBlocks; i++) {
          cache.cmd.setDiscard(i, cache.isDiscarded(i));
        }
      }
    } catch (MetadataException e) {
      if (!operation[0].equals("dm_cache_set_discard")) {
        cache.log("could not resize on-disk discard bitset");
      }
      cache.operationFailed(operation[0], e);
      done = false;
    }
    if (!done) {
      cache.log("could not write discard bitset");
    }
    return done;
  }

  // ---- resume -----------------------------------------------------------------------------------

  @Override
  @KernelSymbol("cache_preresume")
  public int preresume() {
    int size = (int) (cache.fast.bdev().sectors() / cache.sectorsPerBlock);
    if (sized && !loadedMappings) {
      cache.log(
          cache.mode() != CacheFeatures.Mode.WRITE
              ? "unable to resume a failed-loaded cache, please check metadata."
              : "unable to resume cache due to missing proper cache table reload");
      return -EINVAL;
    }
    if (!sized || size != cache.size) {
      if (!canResize(size)) {
        return -EINVAL;
      }
      try {
        cache.cmd.resize(size);
      } catch (MetadataException e) {
        cache.log("could not resize cache metadata");
        cache.operationFailed("dm_cache_resize", e);
        return -e.errno();
      }
      cache.size = size;
      sized = true;
    }
    int r = loadedMappings ? 0 : loadMappings();
    return r == 0 && !loadedDiscards ? loadDiscards() : r;
  }

  @KernelSymbol("can_resize")
  private boolean canResize(int size) {
    if (Integer.compareUnsigned(size, cache.size) > 0) {
      cache.log("unable to extend cache due to missing cache table reload");
      return false;
    }
    if (loadedMappings) {
      int dirty = cache.dirtyBits.next(size, cache.size);
      if (dirty != cache.size) {
        cache.log("unable to shrink cache; cache block " + dirty + " is dirty");
        return false;
      }
    }
    return true;
  }

  private int loadMappings() {
    cache.invalidBits.clearAll();
    try {
      cache.cmd.loadMappings(cache.policy, this::loadMapping);
    } catch (MetadataException e) {
      cache.log("could not load cache mappings");
      if (e.errno() != Errno.EFBIG && e.errno() != Errno.EBUSY) {
        cache.operationFailed("dm_cache_load_mappings", e);
      }
      return -e.errno();
    }
    try {
      truncateOblocks();
    } catch (MetadataException e) {
      cache.log("invalidation failed; couldn't update on disk metadata");
      cache.operationFailed("dm_cache_remove_mapping", e);
      return -e.errno();
    }
    loadedMappings = true;
    return 0;
  }

  @KernelSymbol("truncate_oblocks")
  private void truncateOblocks() throws MetadataException {
    for (int i = cache.invalidBits.next(0, cache.size);
        i < cache.size;
        i = cache.invalidBits.next(i + 1, cache.size)) {
      cache.cmd.remove(i);
    }
  }

  @KernelSymbol("load_filtered_mapping")
  private void loadMapping(long oblock, int cblock, boolean dirty, int hint, boolean hintValid)
      throws MetadataException {
    if (Long.compareUnsigned(oblock, cache.originBlocks) >= 0) {
      if (dirty) {
        cache.log("unable to shrink origin; cache block " + cblock + " is dirty");
        throw new MetadataException(Errno.EFBIG);
      }
      cache.invalidBits.set(cblock);
      return;
    }
    if (dirty) {
      if (cache.passesThrough()) {
        cache.log("cannot enter passthrough mode unless all blocks are clean");
        throw new MetadataException(Errno.EBUSY);
      }
      cache.dirtyBits.set(cblock);
      cache.dirtyCount.add(1);
    } else {
      cache.dirtyBits.clear(cblock);
    }
    cache.policy.load(oblock, cblock, dirty, hint, hintValid);
  }

  /** Discarded blocks as they were written, which may have had another size. */
  private final class DiscardRange {
    private long blockSize;
    private long begin;
    private long end;

    void load(long size, long block, boolean discard) {
      blockSize = size;
      if (discard && block == end) {
        end++;
        return;
      }
      set();
      begin = discard ? block : 0;
      end = discard ? block + 1 : 0;
    }

    /** Mirrors {@code set_discard_range}. */
    void set() {
      if (begin == end) {
        return;
      }
      long own = cache.discardBlockSize;
      long b = (begin * blockSize + own - 1) / own;
      long e = Math.min(end * blockSize / own, cache.discardBlocks);
      for (; b < e; b++) {
        cache.setDiscard(b);
      }
    }
  }

  private int loadDiscards() {
    cache.clearDiscards();
    DiscardRange range = new DiscardRange();
    try {
      cache.cmd.loadDiscards(range::load);
    } catch (MetadataException e) {
      cache.log("could not load origin discards");
      cache.operationFailed("dm_cache_load_discards", e);
      return -e.errno();
    }
    range.set();
    loadedDiscards = true;
    return 0;
  }

  @Override
  @KernelSymbol("cache_resume")
  public void resume() {
    cache.start();
  }

  // ---- what it says -----------------------------------------------------------------------------

  @Override
  public int message(String[] words, StringBuilder result) {
    return new CacheMessages(cache).handle(words);
  }

  @Override
  @KernelSymbol("cache_status")
  public String status(StatusType type, boolean noflush) {
    if (type == StatusType.TABLE) {
      return (metadata.name() + " " + cache.fast.name() + " " + cache.origin.name() + " ")
          + String.join(" ", Arrays.copyOfRange(argv, 3, argv.length));
    }
    if (cache.mode() == CacheFeatures.Mode.FAIL) {
      return "Fail";
    }
    if (!noflush && !table().isSuspended()) {
      cache.commit(false);
    }
    try {
      return info();
    } catch (MetadataException e) {
      return "Error";
    }
  }

  private interface Size {
    long blocks() throws MetadataException;
  }

  private long asked(String function, Size size) throws MetadataException {
    try {
      return size.blocks();
    } catch (MetadataException e) {
      cache.log(function + " returned -" + e.errno());
      throw e;
    }
  }

  private String info() throws MetadataException {
    long free = asked("dm_cache_get_free_metadata_block_count", cache.cmd::freeMetadataBlocks);
    long all = asked("dm_cache_get_metadata_dev_size", cache.cmd::metadataBlocks);
    CacheSuperblock.Stats s = cache.stats();
    return MetadataSpaceMap.BLOCK_SECTORS
        + (" " + (all - free) + "/" + all)
        + (" " + cache.sectorsPerBlock + " " + cache.policy.residency() + "/" + cache.size)
        + counts(s.readHits(), s.readMisses(), s.writeHits(), s.writeMisses())
        + counts(cache.demotions.readOnce(), cache.promotions.readOnce())
        + (" " + cache.dirtyCount.readOnce() + " " + cache.features.describe())
        + ("2 migration_threshold " + Long.toUnsignedString(cache.migrationThreshold) + " ")
        + (cache.policy.name() + " " + cache.policy.describe())
        + (cache.mode() == CacheFeatures.Mode.READ_ONLY ? "ro " : "rw ")
        + (needsCheck() ? "needs_check " : "- ");
  }

  private boolean needsCheck() {
    try {
      return cache.cmd.needsCheck();
    } catch (MetadataException e) {
      return true;
    }
  }

  private static String counts(int... counts) {
    StringBuilder s = new StringBuilder();
    for (int n : counts) {
      s.append(' ').append(Integer.toUnsignedString(n));
    }
    return s.toString();
  }

  @Override
  @KernelSymbol("cache_iterate_devices")
  public int iterateDevices(DeviceCallout fn) {
    int r = fn.device(this, cache.fast, 0, cache.fast.bdev().sectors());
    return r != 0 ? r : fn.device(this, cache.origin, 0, length());
  }

  @Override
  @KernelSymbol("cache_io_hints")
  public void ioHints(QueueLimits limits) {
    long size = cache.sectorsPerBlock;
    long optimal = limits.ioOpt >> 9;
    if (optimal < size || optimal % size != 0) {
      limits.setIoMin(size << 9);
      limits.ioOpt = size << 9;
    }
    QueueLimits below = cache.origin.bdev().queue().limits();
    disablePassdownIfNotSupported(below);
    if (!cache.features.discardPassdown) {
      limits.maxDiscardSectors = Math.min(cache.discardBlockSize * 1024, cache.originSectors);
      limits.discardGranularity = cache.discardBlockSize << 9;
      return;
    }
    limits.maxDiscardSectors = below.maxDiscardSectors;
    limits.maxHwDiscardSectors = below.maxHwDiscardSectors;
    limits.discardGranularity = below.discardGranularity;
    limits.discardAlignment = below.discardAlignment;
    limits.discardMisaligned = below.discardMisaligned;
  }

  @KernelSymbol("disable_passdown_if_not_supported")
  private void disablePassdownIfNotSupported(QueueLimits below) {
    if (!cache.features.discardPassdown) {
      return;
    }
    String reason = null;
    if (below.maxDiscardSectors == 0) {
      reason = "discard unsupported";
    } else if (below.maxDiscardSectors < cache.sectorsPerBlock) {
      reason = "max discard sectors smaller than a block";
    }
    if (reason != null) {
      log(
          ("Origin device (" + cache.origin.bdev().name() + ") " + reason)
              + ": Disabling discard passdown.");
      cache.features.discardPassdown = false;
    }
  }
}
