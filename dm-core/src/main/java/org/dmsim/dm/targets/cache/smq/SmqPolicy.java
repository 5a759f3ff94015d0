package org.dmsim.dm.targets.cache.smq;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.timer.Jiffies;

/**
 * The policy: {@code struct smq_policy}, 6.1. A clean and a dirty queue of the blocks that are
 * cached, and a queue of larger blocks (hotspots) that are used and may be worth it.
 */
public final class SmqPolicy {

  /** {@code hint_size}: bytes of a hint. */
  public static final int HINT_SIZE = 4;

  /** {@code version[0]}. */
  public static final int VERSION = 2;

  private static final String PREFIX = "cache-policy-smq";
  private static final String PLACE = "drivers/md/dm-cache-policy-smq.c";
  private static final int LEVELS = 64;
  private static final long WRITEBACK_PERIOD = 10L * Jiffies.HZ;
  private static final long DEMOTE_PERIOD = 60L * Jiffies.HZ;
  private static final long HOTSPOT_UPDATE_PERIOD = Jiffies.HZ;
  private static final long CACHE_UPDATE_PERIOD = 60L * Jiffies.HZ;
  private static final int FREE_TARGET = 25;
  private static final List<Integer> PROMOTE_LEVELS =
      List.of(1, 1, 1, 2, 4, 6, 7, 8, 7, 6, 4, 4, 3, 3, 2, 2, 1);

  private final String name;
  private final int cacheSize;
  private final int cacheBlocksPerHotspot;
  private final EntryAlloc writebackSentinels = new EntryAlloc(2 * LEVELS, true);
  private final EntryAlloc demoteSentinels = new EntryAlloc(2 * LEVELS, true);
  private final EntryAlloc hotspotAlloc;
  private final EntryAlloc cacheAlloc;
  private final BitSet hotspotHits = new BitSet();
  private final BitSet cacheHits = new BitSet();
  private final MultiQueue hotspot = new MultiQueue(LEVELS);
  private final MultiQueue clean = new MultiQueue(LEVELS);
  private final MultiQueue dirty = new MultiQueue(LEVELS);
  private final HitStats hotspotStats = new HitStats(LEVELS);
  private final HitStats cacheStats = new HitStats(LEVELS);
  private final EntryTable table;
  private final EntryTable hotspotTable;
  private final BackgroundTracker work = new BackgroundTracker();
  private final SpinLock lock = new SpinLock("&mq->lock");
  private final boolean cleaner;
  private boolean migrationsAllowed;
  private int hotspotLevelJump = 1;
  private int promoteLevel = LEVELS;
  private boolean currentWritebackSentinels;
  private boolean currentDemoteSentinels;
  private long nextWriteback = Jiffies.now() + WRITEBACK_PERIOD;
  private long nextDemote = Jiffies.now() + DEMOTE_PERIOD;
  private long nextHotspot = Jiffies.now();
  private long nextCache = Jiffies.now();

  /** Whether there is a policy of that name. */
  public static boolean isKnown(String name) {
    return switch (name) {
      case "smq", "mq", "default", "cleaner" -> true;
      default -> false;
    };
  }

  /**
   * Mirrors {@code __smq_create}.
   *
   * @param policy one of its names
   * @param cacheSize blocks of the cache
   * @param originSize sectors
   * @param blockSize sectors of a block
   */
  public SmqPolicy(String policy, int cacheSize, long originSize, long blockSize) {
    this.name = policy.equals("default") ? "smq" : policy;
    this.cacheSize = cacheSize;
    cleaner = policy.equals("cleaner");
    migrationsAllowed = !cleaner;
    long hotspotBlock = blockSize * 16;
    int hotspots = Math.max(cacheSize / 4, 1024);
    while (hotspotBlock > blockSize && hotspotBlock * hotspots > originSize) {
      hotspotBlock /= 2;
    }
    cacheBlocksPerHotspot = (int) (hotspotBlock / blockSize);
    hotspotAlloc = new EntryAlloc(hotspots, false);
    cacheAlloc = new EntryAlloc(cacheSize, false);
    hotspot.top(8, Math.min(hotspots / LEVELS, cacheSize / cacheBlocksPerHotspot));
    table = new EntryTable(cacheSize);
    hotspotTable = new EntryTable(hotspots);
    initSentinels();
    currentWritebackSentinels = true;
    currentDemoteSentinels = true;
    initSentinels();
  }

  /** {@code dm_cache_policy_get_name}. */
  public String name() {
    return name;
  }

  // ---- marks of what is older than a period -----------------------------------------------------

  private static Entry sentinel(EntryAlloc alloc, int level, boolean which) {
    return alloc.get(which ? level : LEVELS + level);
  }

  private void initSentinels() {
    for (int level = 0; level < LEVELS; level++) {
      Entry s = sentinel(writebackSentinels, level, currentWritebackSentinels);
      s.level = level;
      dirty.push(s);
      s = sentinel(demoteSentinels, level, currentDemoteSentinels);
      s.level = level;
      clean.push(s);
    }
  }

  private static void renew(MultiQueue q, EntryAlloc alloc, boolean which) {
    for (int level = 0; level < LEVELS; level++) {
      Entry s = sentinel(alloc, level, which);
      q.remove(s);
      q.push(s);
    }
  }

  private void updateSentinels() {
    if (Jiffies.now() > nextWriteback) {
      nextWriteback = Jiffies.now() + WRITEBACK_PERIOD;
      currentWritebackSentinels = !currentWritebackSentinels;
      renew(dirty, writebackSentinels, currentWritebackSentinels);
    }
    if (Jiffies.now() > nextDemote) {
      nextDemote = Jiffies.now() + DEMOTE_PERIOD;
      currentDemoteSentinels = !currentDemoteSentinels;
      renew(clean, demoteSentinels, currentDemoteSentinels);
    }
  }

  // ---- periods ----------------------------------------------------------------------------------

  private void updatePromoteLevel() {
    int threshold = cacheAlloc.isEmpty() ? PROMOTE_LEVELS.get(cacheStats.sixteenths()) : LEVELS / 2;
    threshold = Math.max(threshold, LEVELS);
    promoteLevel =
        LEVELS
            - switch (hotspotStats.assess()) {
              case POOR -> threshold / 4;
              case FAIR -> threshold / 2;
              case WELL -> threshold;
            };
  }

  private void endHotspotPeriod() {
    hotspotHits.clear();
    updatePromoteLevel();
    if (Jiffies.now() > nextHotspot) {
      hotspotLevelJump =
          switch (hotspotStats.assess()) {
            case POOR -> 4;
            case FAIR -> 2;
            case WELL -> 1;
          };
      hotspot.redistribute();
      hotspotStats.reset();
      nextHotspot = Jiffies.now() + HOTSPOT_UPDATE_PERIOD;
    }
  }

  private void endCachePeriod() {
    if (Jiffies.now() > nextCache) {
      cacheHits.clear();
      dirty.redistribute();
      clean.redistribute();
      cacheStats.reset();
      nextCache = Jiffies.now() + CACHE_UPDATE_PERIOD;
    }
  }

  /** Time goes on; mirrors {@code smq_tick}. */
  @KernelSymbol("smq_tick")
  public void tick() {
    boolean flags = lock.lockIrqsave();
    updateSentinels();
    endHotspotPeriod();
    endCachePeriod();
    lock.unlockIrqrestore(flags);
  }

  // ---- queues -----------------------------------------------------------------------------------

  private MultiQueue queueOf(Entry e) {
    return e.dirty ? dirty : clean;
  }

  private void requeue(Entry e) {
    if (e.pendingWork || cacheHits.get(e.index)) {
      return;
    }
    cacheHits.set(e.index);
    if (e.dirty) {
      dirty.requeue(
          e,
          1,
          sentinel(writebackSentinels, e.level, !currentWritebackSentinels),
          sentinel(writebackSentinels, e.level, currentWritebackSentinels));
    } else {
      clean.requeue(e, 1, null, null);
    }
  }

  private boolean cleanTargetMet(boolean idle) {
    return !(idle || cleaner) || dirty.size() == 0;
  }

  private boolean freeTargetMet() {
    int free = cacheSize - cacheAlloc.allocated();
    return free + work.demotionsQueued() >= cacheSize * FREE_TARGET / 100;
  }

  private boolean queueWork(Entry e, PolicyWork.Op op) {
    e.pendingWork = true;
    queueOf(e).remove(e);
    if (work.queue(new PolicyWork(op, e.oblock, e.index), false)) {
      return true;
    }
    e.pendingWork = false;
    queueOf(e).pushFront(e);
    return false;
  }

  private void queueWriteback(boolean idle) {
    Entry e = dirty.peek(dirty.levels(), idle);
    if (e != null) {
      queueWork(e, PolicyWork.Op.WRITEBACK);
    }
  }

  private void queueDemotion() {
    Entry e = clean.peek(clean.levels() / 2, true);
    if (e != null) {
      queueWork(e, PolicyWork.Op.DEMOTE);
    } else if (!cleanTargetMet(true)) {
      queueWriteback(false);
    }
  }

  private PolicyWork queuePromotion(long oblock, boolean issued) {
    if (!migrationsAllowed) {
      return null;
    }
    if (cacheAlloc.isEmpty()) {
      if (!freeTargetMet()) {
        queueDemotion();
      }
      return null;
    }
    if (work.isPending(oblock)) {
      return null;
    }
    Entry e = cacheAlloc.alloc();
    e.pendingWork = true;
    PolicyWork w = new PolicyWork(PolicyWork.Op.PROMOTE, oblock, e.index);
    if (!work.queue(w, issued)) {
      cacheAlloc.free(e);
      return null;
    }
    return issued ? w : null;
  }

  private Entry updateHotspots(long oblock) {
    long block = Long.divideUnsigned(oblock, cacheBlocksPerHotspot);
    Entry e = hotspotTable.lookup(block);
    if (e != null) {
      hotspotStats.accessed(e.level);
      boolean hit = hotspotHits.get(e.index);
      hotspotHits.set(e.index);
      hotspot.requeue(e, hit ? 0 : hotspotLevelJump, null, null);
      return e;
    }
    hotspotStats.miss();
    e = hotspotAlloc.alloc();
    if (e == null) {
      e = hotspot.pop();
      if (e != null) {
        hotspotTable.remove(e);
        hotspotHits.clear(e.index);
      }
    }
    if (e != null) {
      e.oblock = block;
      hotspot.push(e);
      hotspotTable.insert(e);
    }
    return e;
  }

  // ---- what the cache asks ----------------------------------------------------------------------

  /**
   * What the policy says of a block.
   *
   * @param cblock where it is in the cache, or -1
   * @param queued whether something may have been queued to be moved
   * @param work what the caller is to move himself; or null
   */
  public record Lookup(int cblock, boolean queued, PolicyWork work) {}

  /**
   * Mirrors {@code smq_lookup} and {@code smq_lookup_with_work}.
   *
   * @param fast whether the block can be filled without a copy
   * @param withWork whether the caller moves it himself
   */
  @KernelSymbol("smq_lookup")
  public Lookup lookup(long oblock, boolean writes, boolean fast, boolean withWork) {
    boolean flags = lock.lockIrqsave();
    try {
      Entry e = table.lookup(oblock);
      if (e != null) {
        cacheStats.accessed(e.level);
        requeue(e);
        return new Lookup(e.index, false, null);
      }
      cacheStats.miss();
      Entry hot = updateHotspots(oblock);
      boolean promotes = (writes && fast && !cacheAlloc.isEmpty()) || hot.level >= promoteLevel;
      return new Lookup(-1, promotes, promotes ? queuePromotion(oblock, withWork) : null);
    } finally {
      lock.unlockIrqrestore(flags);
    }
  }

  /** The next to be moved; null if there is none. Mirrors {@code smq_get_background_work}. */
  @KernelSymbol("smq_get_background_work")
  public PolicyWork backgroundWork(boolean idle) {
    boolean flags = lock.lockIrqsave();
    PolicyWork w = work.issue();
    if (w == null && !cleanTargetMet(idle)) {
      queueWriteback(idle);
      w = work.issue();
    }
    lock.unlockIrqrestore(flags);
    return w;
  }

  /** It was moved, or could not be. */
  @KernelSymbol("smq_complete_background_work")
  public void complete(PolicyWork w, boolean success) {
    boolean flags = lock.lockIrqsave();
    Entry e = cacheAlloc.get(w.cblock());
    switch (w.op()) {
      case PROMOTE -> {
        clearPending(e);
        if (success) {
          e.oblock = w.oblock();
          e.level = LEVELS - 1;
          table.insert(e);
          queueOf(e).push(e);
        } else {
          cacheAlloc.free(e);
        }
      }
      case DEMOTE -> {
        if (success) {
          table.remove(e);
          cacheAlloc.free(e);
        } else {
          clearPending(e);
          queueOf(e).push(e);
        }
      }
      case WRITEBACK -> {
        clearPending(e);
        queueOf(e).push(e);
      }
    }
    work.complete(w);
    lock.unlockIrqrestore(flags);
  }

  private static void clearPending(Entry e) {
    KernelBug.on(!e.pendingWork, PLACE);
    e.pendingWork = false;
  }

  /** {@code smq_set_dirty} and {@code smq_clear_dirty}. */
  @KernelSymbol("__smq_set_clear_dirty")
  public void setDirty(int cblock, boolean set) {
    boolean flags = lock.lockIrqsave();
    Entry e = cacheAlloc.get(cblock);
    if (!e.pendingWork) {
      queueOf(e).remove(e);
    }
    e.dirty = set;
    if (!e.pendingWork) {
      queueOf(e).push(e);
    }
    lock.unlockIrqrestore(flags);
  }

  /** Mirrors {@code random_level}. */
  private static int randomLevel(int cblock) {
    return cblock * 0x61C88647 >>> Integer.SIZE - 9 & LEVELS - 1;
  }

  /** A block that was cached before; {@code smq_load_mapping}. */
  @KernelSymbol("smq_load_mapping")
  public void load(long oblock, int cblock, boolean isDirty, int hint, boolean hintValid) {
    Entry e = cacheAlloc.alloc(cblock);
    e.oblock = oblock;
    e.dirty = isDirty;
    boolean high = Integer.compareUnsigned(hint, LEVELS - 1) > 0;
    e.level = hintValid ? high ? LEVELS - 1 : hint : randomLevel(cblock);
    e.pendingWork = false;
    table.insert(e);
    queueOf(e).pushFront(e);
  }

  /** A block is cached no more; false if it was not. {@code smq_invalidate_mapping}. */
  @KernelSymbol("smq_invalidate_mapping")
  public boolean invalidate(int cblock) {
    boolean flags = lock.lockIrqsave();
    Entry e = cacheAlloc.get(cblock);
    boolean was = e.allocated;
    if (was) {
      queueOf(e).remove(e);
      table.remove(e);
      cacheAlloc.free(e);
    }
    lock.unlockIrqrestore(flags);
    return was;
  }

  /** {@code smq_get_hint}. */
  public int hint(int cblock) {
    Entry e = cacheAlloc.get(cblock);
    return e.allocated ? e.level : 0;
  }

  /** How many blocks are in use; {@code smq_residency}. */
  public int residency() {
    boolean flags = lock.lockIrqsave();
    int n = cacheAlloc.allocated();
    lock.unlockIrqrestore(flags);
    return n;
  }

  /** {@code smq_allow_migrations}. */
  public void allowMigrations(boolean allow) {
    migrationsAllowed = allow;
  }

  /** {@code policy_set_config_value}: false if it is not known, or no number. */
  @KernelSymbol("mq_set_config_value")
  public boolean configure(String key, String value) {
    if (!name.equals("mq")) {
      return false;
    }
    try {
      Scan.kstrtoull(value, "");
    } catch (TargetError noNumber) {
      return false;
    }
    switch (key.toLowerCase(Locale.ROOT)) {
      case "random_threshold",
          "sequential_threshold",
          "discard_promote_adjustment",
          "read_promote_adjustment",
          "write_promote_adjustment" -> {
        DmLog.say(
            PREFIX,
            "tunable '" + key + "' no longer has any effect, mq policy is now an alias for smq");
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  /** {@code policy_emit_config_values}. */
  public String describe() {
    return name.equals("mq")
        ? "10 random_threshold 0 sequential_threshold 0 discard_promote_adjustment 0"
            + " read_promote_adjustment 0 write_promote_adjustment 0 "
        : "0 ";
  }
}
