package org.dmsim.dm.targets.cache;

import java.util.Locale;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.bio.BioSet;
import org.dmsim.block.core.BlkCore;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.kcopyd.KcopydClient;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.prison.CellKey;
import org.dmsim.dm.prison.LockCell;
import org.dmsim.dm.prison.LockPrison;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.IoTracker;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetTable;
import org.dmsim.dm.targets.cache.smq.PolicyWork;
import org.dmsim.dm.targets.cache.smq.SmqPolicy;
import org.dmsim.locking.SpinLock;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SharedRef;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.timer.Jiffies;
import org.dmsim.workqueue.DelayedWork;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/** A cache in use: {@code struct cache} of {@code dm-cache-target.c}, 6.1, and its works. */
final class Cache {

  static final String PLACE = "drivers/md/dm-cache-target.c";

  /** {@code WRITE_LOCK_LEVEL}: keeps writes out. */
  static final int WRITE_LOCK = 0;

  /** {@code READ_WRITE_LOCK_LEVEL}: keeps everybody out. */
  static final int READ_WRITE_LOCK = 1;

  /** {@code MAX_DISCARD_BLOCKS}. */
  private static final long MAX_DISCARD_BLOCKS = 1 << 14;

  private static final long COMMIT_PERIOD = Jiffies.HZ * Jiffies.NANOSECONDS;

  private final TargetTable table;
  final DmDev fast;
  final DmDev origin;
  final long sectorsPerBlock;
  final long originSectors;
  final long originBlocks;
  int size;
  final SmqPolicy policy;
  final CacheFeatures features;
  CacheMetadata cmd;

  /** Sectors that may be on the move at once. */
  long migrationThreshold = 2048;

  private final SharedRef<CacheFeatures.Mode> mode =
      new SharedRef<>("cache->features.mode", CacheFeatures.Mode.WRITE);
  private final SpinLock lock = new SpinLock("&cache->lock");
  private final BioList deferredBios = new BioList();
  final Bits dirtyBits = new Bits("cache->dirty_bitset");
  private final Bits discardBits = new Bits("cache->discard_bitset");
  final Bits invalidBits = new Bits("cache->invalid_bitset");
  final long discardBlockSize;
  final long discardBlocks;
  final KcopydClient copier = new KcopydClient();
  final Workqueue wq = Workqueue.alloc("dm-cache", Workqueue.MEM_RECLAIM);
  final LockPrison prison = new LockPrison(wq);
  private final Work deferredWorker =
      new Work("(work_completion)(&cache->deferred_bio_worker)", this::processDeferred);
  private final Work migrationWorker =
      new Work("(work_completion)(&cache->migration_worker)", this::checkMigrations);
  private final DelayedWork waker =
      new DelayedWork("(work_completion)(&(&cache->waker)->work)", this::doWaker, true);
  final Background background = new Background();
  final Batcher committer = new Batcher(this::commitOp, this::accountedRequest, wq);
  private final IoTracker tracker = new IoTracker();
  private final BioSet bios = new BioSet("cache", BioSet.BIO_POOL_SIZE);
  final SharedInt ioMigrations = new SharedInt("cache->nr_io_migrations", 0);
  final SharedInt dirtyCount = new SharedInt("cache->nr_dirty", 0);
  final SharedInt readHits = new SharedInt("cache->stats.read_hit", 0);
  final SharedInt readMisses = new SharedInt("cache->stats.read_miss", 0);
  final SharedInt writeHits = new SharedInt("cache->stats.write_hit", 0);
  final SharedInt writeMisses = new SharedInt("cache->stats.write_miss", 0);
  final SharedInt demotions = new SharedInt("cache->stats.demotion", 0);
  final SharedInt promotions = new SharedInt("cache->stats.promotion", 0);
  private boolean needsTickBio = true;

  Cache(
      TargetTable table,
      DmDev fast,
      DmDev origin,
      long length,
      long blockSize,
      SmqPolicy policy,
      CacheFeatures features,
      int size) {
    this.table = table;
    this.fast = fast;
    this.origin = origin;
    this.originSectors = length;
    this.sectorsPerBlock = blockSize;
    this.originBlocks = length / blockSize;
    this.policy = policy;
    this.features = features;
    this.size = size;
    long discard = blockSize;
    while (length / discard > MAX_DISCARD_BLOCKS) {
      discard *= 2;
    }
    discardBlockSize = discard;
    discardBlocks = (length + discard - 1) / discard;
  }

  /** Mirrors {@code destroy}, but for the metadata. */
  void destroy() {
    waker.cancelSync();
    prison.destroy();
    wq.destroy();
    copier.destroy();
    bios.exit();
  }

  void log(String text) {
    DmLog.say("cache", table.deviceName() + ": " + text);
  }

  boolean passesThrough() {
    return features.ioMode == CacheFeatures.IoMode.PASSTHROUGH;
  }

  void wakeMigrationWorker() {
    if (!passesThrough()) {
      wq.queue(migrationWorker);
    }
  }

  static CellKey key(long oblock) {
    return new CellKey(false, 0, oblock, oblock + 1);
  }

  private static boolean isWrite(Bio bio) {
    return Opf.isWrite(bio.opf());
  }

  // ---- the metadata's mode ----------------------------------------------------------------------

  CacheFeatures.Mode mode() {
    return mode.readOnce();
  }

  /** Mirrors {@code set_cache_mode}. */
  @KernelSymbol("set_cache_mode")
  void setMode(CacheFeatures.Mode wanted) {
    CacheFeatures.Mode old = mode();
    CacheFeatures.Mode m = wanted;
    boolean needsCheck = false;
    try {
      needsCheck = cmd.needsCheck();
    } catch (MetadataException e) {
      log("unable to read needs_check flag, setting failure mode.");
      m = CacheFeatures.Mode.FAIL;
    }
    if (m == CacheFeatures.Mode.WRITE && needsCheck) {
      log("unable to switch cache to write mode until repaired.");
      m = old != m ? old : CacheFeatures.Mode.READ_ONLY;
    }
    if (old == CacheFeatures.Mode.FAIL) {
      m = old;
    }
    cmd.readOnly(m.isReadOnlyOrWorse());
    mode.writeOnce(m);
    if (m != old) {
      table.event();
      log("switching cache to " + m.words() + " mode");
    }
  }

  @KernelSymbol("abort_transaction")
  private void abortTransaction() {
    if (mode().isReadOnlyOrWorse()) {
      return;
    }
    log("aborting current metadata transaction");
    try {
      cmd.abort();
    } catch (MetadataException e) {
      log("failed to abort metadata transaction");
      setMode(CacheFeatures.Mode.FAIL);
    }
    try {
      cmd.setNeedsCheck();
    } catch (MetadataException e) {
      log("failed to set 'needs_check' flag in metadata");
      setMode(CacheFeatures.Mode.FAIL);
    }
  }

  /** Mirrors {@code metadata_operation_failed}. */
  @KernelSymbol("metadata_operation_failed")
  void operationFailed(String operation, MetadataException e) {
    log("metadata operation '" + operation + "' failed: error = -" + e.errno());
    abortTransaction();
    setMode(CacheFeatures.Mode.READ_ONLY);
  }

  /** Mirrors {@code commit}; 0 or a negative errno. */
  @KernelSymbol("commit")
  int commit(boolean clean) {
    if (mode().isReadOnlyOrWorse()) {
      return -Errno.EINVAL;
    }
    try {
      cmd.commit(clean);
      return 0;
    } catch (MetadataException e) {
      operationFailed("dm_cache_commit", e);
      return -e.errno();
    }
  }

  @KernelSymbol("commit_op")
  private BlkStatus commitOp() {
    return cmd.changedThisTransaction() ? BlkStatus.ofErrno(commit(false)) : BlkStatus.OK;
  }

  // ---- dirty blocks, discarded blocks -----------------------------------------------------------

  boolean isDirty(int cblock) {
    return dirtyBits.test(cblock);
  }

  private void setDirty(int cblock) {
    if (!dirtyBits.set(cblock)) {
      dirtyCount.add(1);
      policy.setDirty(cblock, true);
    }
  }

  /** Mirrors {@code force_set_dirty} and {@code force_clear_dirty}. */
  void forceDirty(int cblock, boolean dirty) {
    if (dirty) {
      if (!dirtyBits.set(cblock)) {
        dirtyCount.add(1);
      }
    } else if (dirtyBits.clear(cblock) && dirtyCount.addReturn(-1) == 0) {
      table.event();
    }
    policy.setDirty(cblock, dirty);
  }

  private long discardBlockOf(long oblock) {
    return oblock / (discardBlockSize / sectorsPerBlock);
  }

  void setDiscard(long block) {
    KernelBug.on(block >= discardBlocks, PLACE);
    lock.lockIrq();
    discardBits.set(block);
    lock.unlockIrq();
  }

  void clearDiscard(long oblock) {
    lock.lockIrq();
    discardBits.clear(discardBlockOf(oblock));
    lock.unlockIrq();
  }

  void clearDiscards() {
    discardBits.clearAll();
  }

  boolean isDiscarded(long block) {
    lock.lockIrq();
    boolean is = discardBits.test(block);
    lock.unlockIrq();
    return is;
  }

  boolean isDiscardedBlock(long oblock) {
    return isDiscarded(discardBlockOf(oblock));
  }

  // ---- sending bios on --------------------------------------------------------------------------

  void remapToOrigin(Bio bio) {
    bio.setDev(origin.bdev());
  }

  void remapToCache(Bio bio, int cblock) {
    bio.setDev(fast.bdev());
    bio.setSector(cblock * sectorsPerBlock + Long.remainderUnsigned(bio.sector(), sectorsPerBlock));
  }

  private void tickIfNeeded(Bio bio) {
    lock.lockIrq();
    if (needsTickBio && !discardOrFlush(bio)) {
      CacheTarget.data(bio).tick = true;
      needsTickBio = false;
    }
    lock.unlockIrq();
  }

  /** Mirrors {@code remap_to_origin_clear_discard}. */
  void remapToOriginClearDiscard(Bio bio, long oblock) {
    tickIfNeeded(bio);
    remapToOrigin(bio);
    if (isWrite(bio)) {
      clearDiscard(oblock);
    }
  }

  private void remapToCacheDirty(Bio bio, long oblock, int cblock) {
    tickIfNeeded(bio);
    remapToCache(bio, cblock);
    if (isWrite(bio)) {
      setDirty(cblock);
      clearDiscard(oblock);
    }
  }

  /** Writes to both; mirrors {@code remap_to_origin_and_cache}. */
  @KernelSymbol("remap_to_origin_and_cache")
  private void remapToBoth(Bio bio, long oblock, int cblock) {
    Bio other = bios.allocClone(origin.bdev(), bio, Gfp.NOIO);
    other.chainTo(bio);
    if (isWrite(other)) {
      clearDiscard(oblock);
    }
    BlkCore.submitBio(other);
    remapToCache(bio, cblock);
  }

  private void accountedBegin(Bio bio) {
    if (bio.op() != Opf.REQ_OP_DISCARD) {
      BioData pb = CacheTarget.data(bio);
      pb.length = bio.sectors();
      tracker.begin(pb.length);
    }
  }

  private void accountedComplete(Bio bio) {
    tracker.end(CacheTarget.data(bio).length);
  }

  /** Mirrors {@code accounted_request}. */
  void accountedRequest(Bio bio) {
    accountedBegin(bio);
    CacheTarget.submit(bio);
  }

  static boolean discardOrFlush(Bio bio) {
    return bio.op() == Opf.REQ_OP_DISCARD || bio.hasOpf(Opf.REQ_PREFLUSH | Opf.REQ_FUA);
  }

  /** Mirrors {@code optimisable_bio}: whether a block need not be copied to be filled. */
  boolean isOptimisable(Bio bio, long oblock) {
    boolean whole = isWrite(bio) && bio.size() == sectorsPerBlock << Sectors.SHIFT;
    return features.ioMode == CacheFeatures.IoMode.WRITEBACK && (isDiscardedBlock(oblock) || whole);
  }

  /** Mirrors {@code bio_detain_shared}: false if the bio waits for an exclusive lock. */
  @KernelSymbol("bio_detain_shared")
  boolean detainShared(long oblock, Bio bio) {
    LockCell cell = prison.get(key(oblock), isWrite(bio) ? WRITE_LOCK : READ_WRITE_LOCK, bio);
    if (cell == null) {
      return false;
    }
    CacheTarget.data(bio).cell = cell;
    return true;
  }

  private void dropSharedLock(Bio bio) {
    BioData pb = CacheTarget.data(bio);
    if (pb.cell != null) {
      prison.put(pb.cell);
    }
    pb.cell = null;
  }

  void defer(Bio bio) {
    lock.lockIrq();
    deferredBios.add(bio);
    lock.unlockIrq();
    wq.queue(deferredWorker);
  }

  void defer(BioList list) {
    lock.lockIrq();
    deferredBios.merge(list);
    lock.unlockIrq();
    wq.queue(deferredWorker);
  }

  // ---- mapping a bio ----------------------------------------------------------------------------

  /** Mirrors {@code cache_map}. */
  MapResult map(Bio bio) {
    long block = Long.divideUnsigned(bio.sector(), sectorsPerBlock);
    if (Long.compareUnsigned(block, originBlocks) >= 0) {
      remapToOrigin(bio);
      accountedBegin(bio);
      return MapResult.REMAPPED;
    }
    if (discardOrFlush(bio)) {
      defer(bio);
      return MapResult.SUBMITTED;
    }
    Mapped m = mapBio(bio, block);
    if (m.commitNeeded()) {
      committer.schedule();
    }
    return m.result();
  }

  private record Mapped(MapResult result, boolean commitNeeded) {
    static final Mapped SUBMITTED = new Mapped(MapResult.SUBMITTED, false);
    static final Mapped COMMIT = new Mapped(MapResult.SUBMITTED, true);
    static final Mapped REMAPPED = new Mapped(MapResult.REMAPPED, false);
  }

  @KernelSymbol("map_bio")
  private Mapped mapBio(Bio bio, long block) {
    if (!detainShared(block, bio)) {
      return Mapped.COMMIT; // who has the lock may be waiting for a commit
    }
    boolean fast = isOptimisable(bio, block);
    SmqPolicy.Lookup found = policy.lookup(block, isWrite(bio), fast, fast);
    if (fast && found.work() != null) {
      dropSharedLock(bio);
      Migration.start(this, found.work(), bio);
      return Mapped.SUBMITTED;
    }
    if (!fast && found.queued()) {
      wakeMigrationWorker();
    }
    if (found.cblock() < 0) {
      (isWrite(bio) ? writeMisses : readMisses).add(1);
      if (CacheTarget.data(bio).requestNumber != 0) {
        bio.endio();
        return Mapped.SUBMITTED;
      }
      accountedBegin(bio);
      remapToOriginClearDiscard(bio, block);
    } else {
      (isWrite(bio) ? writeHits : readHits).add(1);
      if (hit(bio, block, found.cblock())) {
        return Mapped.SUBMITTED;
      }
    }
    if (bio.hasOpf(Opf.REQ_FUA)) {
      accountedComplete(bio);
      committer.issueAfter(bio);
      return Mapped.COMMIT;
    }
    return Mapped.REMAPPED;
  }

  /** True if the bio goes another way. */
  private boolean hit(Bio bio, long block, int cblock) {
    if (passesThrough()) {
      if (isWrite(bio)) {
        dropSharedLock(bio);
        Migration.invalidate(this, cblock, block, bio);
        return true;
      }
      remapToOriginClearDiscard(bio, block);
    } else if (isWrite(bio)
        && features.ioMode == CacheFeatures.IoMode.WRITETHROUGH
        && !isDirty(cblock)) {
      remapToBoth(bio, block, cblock);
      accountedBegin(bio);
    } else {
      remapToCacheDirty(bio, block, cblock);
    }
    return false;
  }

  /** Mirrors {@code cache_end_io}. */
  void ended(Bio bio) {
    BioData pb = CacheTarget.data(bio);
    if (pb.tick) {
      policy.tick();
      boolean flags = lock.lockIrqsave();
      needsTickBio = true;
      lock.unlockIrqrestore(flags);
    }
    dropSharedLock(bio);
    accountedComplete(bio);
  }

  // ---- works ------------------------------------------------------------------------------------

  @KernelSymbol("process_deferred_bios")
  private void processDeferred() {
    boolean commit = false;
    BioList list = new BioList();
    lock.lockIrq();
    list.merge(deferredBios);
    lock.unlockIrq();
    for (Bio b = list.pop(); b != null; b = list.pop()) {
      if (b.hasOpf(Opf.REQ_PREFLUSH)) {
        processFlush(b);
        commit = true;
      } else if (b.op() == Opf.REQ_OP_DISCARD) {
        processDiscard(b);
      } else {
        Mapped m = mapBio(b, Long.divideUnsigned(b.sector(), sectorsPerBlock));
        if (m.result() == MapResult.REMAPPED) {
          CacheTarget.submit(b);
        }
        commit |= m.commitNeeded();
      }
      MightSleep.condResched();
    }
    if (commit) {
      committer.schedule();
    }
  }

  @KernelSymbol("process_flush_bio")
  private void processFlush(Bio bio) {
    if (CacheTarget.data(bio).requestNumber == 0) {
      remapToOrigin(bio);
    } else {
      remapToCache(bio, 0);
    }
    committer.issueAfter(bio);
  }

  @KernelSymbol("process_discard_bio")
  private void processDiscard(Bio bio) {
    long begin = (bio.sector() + discardBlockSize - 1) / discardBlockSize;
    long end = bio.sectors() < discardBlockSize ? begin : bio.endSector() / discardBlockSize;
    for (long b = begin; b != end; b++) {
      setDiscard(b);
    }
    if (features.discardPassdown) {
      remapToOrigin(bio);
      CacheTarget.submit(bio);
    } else {
      bio.endio();
    }
  }

  /** Mirrors {@code requeue_deferred_bios}. */
  @KernelSymbol("requeue_deferred_bios")
  private void requeueDeferred() {
    BioList list = new BioList();
    list.merge(deferredBios);
    for (Bio b = list.pop(); b != null; b = list.pop()) {
      b.endio(BlkStatus.DM_REQUEUE);
      MightSleep.condResched();
    }
  }

  @KernelSymbol("do_waker")
  private void doWaker() {
    policy.tick();
    wakeMigrationWorker();
    committer.schedule();
    wq.queueDelayed(waker, COMMIT_PERIOD);
  }

  private boolean hasSpareBandwidth() {
    boolean idle = tracker.idleFor(Jiffies.HZ);
    long volume = (ioMigrations.readOnce() + 1L) * sectorsPerBlock;
    return idle && Long.compareUnsigned(volume, migrationThreshold) <= 0;
  }

  @KernelSymbol("check_migrations")
  private void checkMigrations() {
    for (; ; ) {
      PolicyWork op = policy.backgroundWork(hasSpareBandwidth());
      if (op == null || !Migration.start(this, op, null)) {
        return;
      }
      MightSleep.condResched();
    }
  }

  /** Mirrors {@code update_stats}. */
  void count(PolicyWork.Op op) {
    if (op == PolicyWork.Op.PROMOTE) {
      promotions.add(1);
    } else if (op == PolicyWork.Op.DEMOTE) {
      demotions.add(1);
    }
  }

  /** Mirrors {@code invalidate_cblock}: false if the metadata could not be changed. */
  @KernelSymbol("invalidate_cblock")
  boolean invalidate(int cblock) {
    return invalidateResult(cblock) == 0;
  }

  /** As {@link #invalidate}: 0 or a negative errno. */
  int invalidateResult(int cblock) {
    if (!policy.invalidate(cblock)) {
      return 0; // it was not cached
    }
    try {
      cmd.remove(cblock);
      return 0;
    } catch (MetadataException e) {
      log("invalidation failed; couldn't update on disk metadata");
      operationFailed("dm_cache_remove_mapping", e);
      return -e.errno();
    }
  }

  // ---- suspend and resume -----------------------------------------------------------------------

  /** Mirrors {@code cache_resume}. */
  void start() {
    needsTickBio = true;
    background.allow();
    doWaker();
  }

  /** The first part of {@code cache_postsuspend}. */
  void stop() {
    background.prevent();
    KernelBug.on(ioMigrations.readOnce() != 0, PLACE);
    waker.cancelSync();
    wq.drain();
    requeueDeferred();
  }

  CacheSuperblock.Stats stats() {
    return new CacheSuperblock.Stats(
        readHits.readOnce(), readMisses.readOnce(), writeHits.readOnce(), writeMisses.readOnce());
  }

  void stats(CacheSuperblock.Stats s) {
    readHits.writeOnce(s.readHits());
    readMisses.writeOnce(s.readMisses());
    writeHits.writeOnce(s.writeHits());
    writeMisses.writeOnce(s.writeMisses());
  }

  /** Mirrors {@code set_config_value}: false if it makes no sense. */
  boolean configure(String key, String value) {
    boolean known;
    if (key.toLowerCase(Locale.ROOT).equals("migration_threshold")) {
      try {
        migrationThreshold = Scan.kstrtoull(value, "");
        known = true;
      } catch (TargetError noNumber) {
        known = false;
      }
    } else {
      known = policy.configure(key, value);
    }
    if (!known) {
      DmLog.say("cache", "bad config value for " + key + ": " + value);
    }
    return known;
  }
}
