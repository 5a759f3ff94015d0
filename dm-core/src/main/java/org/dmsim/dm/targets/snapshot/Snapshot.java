package org.dmsim.dm.targets.snapshot;

import java.util.TreeMap;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.core.BlkCore;
import org.dmsim.context.Sleep;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.kcopyd.KcopydClient;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.memory.PlainBoolean;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.KernelSymbol;

/**
 * One snapshot: its exceptions, and the copies on their way. Mirrors {@code struct dm_snapshot},
 * 6.1.
 *
 * <p>{@link #lock} is held for reading by whoever looks exceptions up, and for writing by whoever
 * changes what the snapshot is: valid, overflowed, active. The slots of the exception tables have
 * locks of their own, which nest inside.
 */
final class Snapshot extends SlabObject {

  /** {@code MIN_IOS}. */
  private static final int MIN_IOS = 256;

  /** Copies on their way beyond which writers wait: {@code snapshot_cow_threshold}. */
  private static final int COW_THRESHOLD = 2048;

  /** Chunks whose exceptions share a slot of the complete table: {@code 1 << this}. */
  private static final int CONSECUTIVE_BITS = 8;

  private static final long MAX_BUCKETS = (2L << 20) / Long.BYTES;
  private static final long MIN_BUCKETS = 64;

  final DmTarget ti;
  final DmDev origin;
  final DmDev cow;
  final Origins origins;
  final RwSemaphore lock = new RwSemaphore("&s->lock");
  final TrackedChunks tracked = new TrackedChunks();
  final KcopydClient kcopyd = new KcopydClient();
  private final boolean merge;

  final PlainBoolean valid = new PlainBoolean("s->valid", true);
  final PlainBoolean overflowed = new PlainBoolean("s->snapshot_overflowed", false);
  final PlainBoolean active = new PlainBoolean("s->active", false);
  ExceptionStore store;
  ExceptionTable<Long> complete;
  private ExceptionTable<PendingException> pending;

  private final Mempool<PendingException> pendingPool =
      new Mempool<>("dm_snap_pending_exception", null, MIN_IOS, PendingException::new, e -> {});
  private final SharedInt pendingCount = new SharedInt("s->pending_exceptions_count", 0);
  private final SpinLock allocationLock = new SpinLock("&s->pe_allocation_lock");
  private long startSequence;
  private long completeSequence;
  private final TreeMap<Long, PendingException> outOfOrder = new TreeMap<>();
  private final WaitQueue inProgressWait = new WaitQueue("&s->in_progress_wait");
  private final SharedInt inProgress = new SharedInt("s->in_progress", 0);

  Snapshot(DmTarget ti, DmDev origin, DmDev cow, boolean merge) {
    super("kmalloc-1k", "dm_snapshot");
    this.ti = ti;
    this.origin = origin;
    this.cow = cow;
    this.merge = merge;
    this.origins = Origins.of(origin.bdev());
  }

  /** Its target frees it. */
  @Override
  protected boolean isReachable() {
    return true;
  }

  static void say(String what) {
    DmLog.say("snapshots", what);
  }

  /** Whether it is a snapshot-merge target's. */
  boolean isMerge() {
    return merge;
  }

  /** Makes the exception tables, for the store's chunk size; {@code init_hash_tables}. */
  @KernelSymbol("init_hash_tables")
  void initTables() {
    long size = Math.min(cow.bdev().sectors() >>> store.chunkShift, MAX_BUCKETS);
    size = Long.highestOneBit(Math.max(size, MIN_BUCKETS));
    complete = new ExceptionTable<>((int) size, CONSECUTIVE_BITS);
    pending = new ExceptionTable<>((int) Math.max(size >> 3, MIN_BUCKETS), 0);
  }

  /** Takes it out of its origin's list, and waits for what is on its way; {@code snapshot_dtr}. */
  void destroy() {
    origins.unregister(this);
    while (pendingCount.readOnce() != 0) {
      Sleep.msleep(1);
    }
    kcopyd.destroy();
    pendingPool.exit();
    store.destroy();
    freeOwned();
  }

  // ---- the locks of a chunk ---------------------------------------------------------------------

  void lockTables(long chunk) {
    complete.slot(chunk).lock(1);
    pending.slot(chunk).lock(2);
  }

  void unlockTables(long chunk) {
    pending.slot(chunk).unlock();
    complete.slot(chunk).unlock();
  }

  // ---- I/O to the snapshot ----------------------------------------------------------------------

  /** Sends a bio to where an exception has put its chunk; {@code remap_exception}. */
  void remap(Bio bio, long newChunk) {
    bio.setDev(cow.bdev());
    bio.setSector(store.sectorOf(newChunk) + (bio.sector() & (store.chunkSize - 1)));
  }

  private boolean coversChunk(Bio bio) {
    return bio.size() == store.chunkSize << Sectors.SHIFT;
  }

  /** Mirrors {@code snapshot_map} behind its treatment of flushes. */
  MapResult map(Bio bio, TrackedChunks.Mark mark, boolean passDown) {
    if (!valid.get()) {
      return MapResult.KILL;
    }
    boolean write = Opf.isWrite(bio.opf());
    if (write) {
      while (waitForInProgress(() -> {})) {
        // it has slept
      }
    }
    long chunk = store.chunkOf(bio.sector());
    lock.downRead();
    lockTables(chunk);
    if (!valid.get() || (overflowed.get() && write)) {
      return unlocked(chunk, MapResult.KILL);
    }
    boolean discard = bio.op() == Opf.REQ_OP_DISCARD;
    if (discard && passDown) {
      return unlocked(chunk, toOrigin(bio, mark, chunk));
    }
    Long newChunk = complete.find(chunk);
    if (newChunk != null) {
      remap(bio, newChunk);
      unlocked(chunk, MapResult.REMAPPED);
      if (discard && coversChunk(bio)) {
        zero(bio);
        return MapResult.SUBMITTED;
      }
      return MapResult.REMAPPED;
    }
    if (discard) {
      bio.endio();
      return unlocked(chunk, MapResult.SUBMITTED);
    }
    return write ? writeLocked(bio, chunk) : unlocked(chunk, toOrigin(bio, mark, chunk));
  }

  private MapResult unlocked(long chunk, MapResult result) {
    unlockTables(chunk);
    lock.upRead();
    return result;
  }

  private MapResult toOrigin(Bio bio, TrackedChunks.Mark mark, long chunk) {
    bio.setDev(origin.bdev());
    tracked.track(mark, chunk);
    return MapResult.REMAPPED;
  }

  /** A write to a chunk without an exception. All locks are held, and given back. */
  private MapResult writeLocked(Bio bio, long chunk) {
    PendingException pe = pending.find(chunk);
    if (pe == null) {
      unlockTables(chunk);
      PendingException fresh = allocate();
      lockTables(chunk);
      Long newChunk = complete.find(chunk);
      if (newChunk != null) {
        free(fresh);
        remap(bio, newChunk);
        return unlocked(chunk, MapResult.REMAPPED);
      }
      pe = pending.find(chunk);
      if (pe != null) {
        free(fresh);
      } else {
        pe = insert(fresh, chunk);
      }
      if (pe == null) {
        unlocked(chunk, MapResult.KILL);
        full();
        return MapResult.KILL;
      }
    }
    remap(bio, pe.newChunk);
    boolean start = !pe.started;
    pe.started = true;
    if (start && coversChunk(bio)) {
      unlocked(chunk, MapResult.SUBMITTED);
      startFullBio(pe, bio);
      return MapResult.SUBMITTED;
    }
    pe.snapshotBios.add(bio);
    unlocked(chunk, MapResult.SUBMITTED);
    if (start) {
      startCopy(pe);
    }
    return MapResult.SUBMITTED;
  }

  /** The COW device has no room for what a write to the snapshot needs. */
  private void full() {
    lock.downWrite();
    if (!store.userspaceSupportsOverflow) {
      invalidateLocked(-Errno.ENOMEM);
    } else if (valid.get() && !overflowed.get()) {
      overflowed.set(true);
      say("Snapshot overflowed: Unable to allocate exception.");
    }
    lock.upWrite();
  }

  /** A discard of a whole chunk that has an exception; {@code zero_exception}. */
  @KernelSymbol("zero_exception")
  private void zero(Bio bio) {
    IoRegion where = new IoRegion(cow.bdev(), bio.sector(), store.chunkSize);
    inProgress.add(1);
    kcopyd.zero(
        new IoRegion[] {where},
        (readError, writeErrors) -> {
          endCopy();
          bio.endio(writeErrors != 0 ? BlkStatus.IOERR : BlkStatus.OK);
        });
  }

  // ---- a write to the origin --------------------------------------------------------------------

  /**
   * Mirrors one round of {@code __origin_write}.
   *
   * @return the exception that the caller has to start; null for none
   */
  PendingException originWrite(long sector, Origins.OriginWrite write) {
    if (merge || Long.compareUnsigned(sector, ti.table().size()) >= 0) {
      return null;
    }
    long chunk = store.chunkOf(sector);
    lock.downRead();
    lockTables(chunk);
    PendingException pe = null;
    if (valid.get() && active.get()) {
      pe = pending.find(chunk);
      if (pe == null && complete.find(chunk) == null) {
        unlockTables(chunk);
        PendingException fresh = allocate();
        lockTables(chunk);
        pe = pending.find(chunk);
        if (pe != null || complete.find(chunk) != null) {
          free(fresh);
        } else {
          pe = insert(fresh, chunk);
          if (pe == null) {
            unlockTables(chunk);
            lock.upRead();
            invalidate(-Errno.ENOMEM);
            return null;
          }
        }
      }
    }
    PendingException start = null;
    if (pe != null) {
      write.submitted = true;
      if (write.waiting != null) {
        pe.originBios.add(write.waiting);
        write.waiting = null;
      }
      if (!pe.started) {
        pe.started = true;
        start = pe;
      }
    }
    unlockTables(chunk);
    lock.upRead();
    return start;
  }

  // ---- pending exceptions -----------------------------------------------------------------------

  @KernelSymbol("alloc_pending_exception")
  private PendingException allocate() {
    PendingException pe = pendingPool.alloc(Gfp.NOIO);
    pendingCount.add(1);
    pe.snap = this;
    return pe;
  }

  @KernelSymbol("free_pending_exception")
  private void free(PendingException pe) {
    pendingPool.free(pe);
    pendingCount.add(-1);
  }

  /** Gives an exception its place; null, and it is freed, where there is none. */
  @KernelSymbol("__insert_pending_exception")
  private PendingException insert(PendingException pe, long chunk) {
    pe.begin(chunk);
    allocationLock.lock();
    if (store.prepareException(pe) != 0) {
      allocationLock.unlock();
      free(pe);
      return null;
    }
    pe.sequence = startSequence++;
    allocationLock.unlock();
    pending.insert(chunk, pe);
    return pe;
  }

  // ---- copies -----------------------------------------------------------------------------------

  /**
   * Waits while too many copies are on their way; mirrors {@code wait_for_in_progress}.
   *
   * @param unlock called before it sleeps
   * @return whether it has slept, and is to look again
   */
  @KernelSymbol("wait_for_in_progress")
  boolean waitForInProgress(Runnable unlock) {
    if (inProgress.peek() <= COW_THRESHOLD) {
      return false;
    }
    unlock.run();
    inProgressWait.waitEvent(() -> inProgress.readOnce() <= COW_THRESHOLD);
    return true;
  }

  private void endCopy() {
    if (inProgress.addReturn(-1) <= COW_THRESHOLD && inProgressWait.isActive()) {
      inProgressWait.wakeUp();
    }
  }

  /** Copies the chunk from the origin; the caller has set {@code started}. */
  @KernelSymbol("start_copy")
  void startCopy(PendingException pe) {
    long from = store.sectorOf(pe.oldChunk);
    long count = Sectors.min(store.chunkSize, origin.bdev().sectors() - from);
    IoRegion source = new IoRegion(origin.bdev(), from, count);
    IoRegion target = new IoRegion(cow.bdev(), store.sectorOf(pe.newChunk), count);
    inProgress.add(1);
    kcopyd.copy(
        source,
        new IoRegion[] {target},
        false,
        (readError, writeErrors) -> copied(pe, readError || writeErrors != 0));
  }

  /** Writes a whole chunk in place of a copy. */
  @KernelSymbol("start_full_bio")
  private void startFullBio(PendingException pe, Bio bio) {
    pe.fullBio = bio;
    pe.fullBioEndIo = bio.endIo();
    pe.fullBioOwner = bio.owner();
    inProgress.add(1);
    Object callback =
        kcopyd.prepareCallback(
            (readError, writeErrors) -> copied(pe, readError || writeErrors != 0));
    bio.setOwner(callback);
    bio.setEndIo(b -> kcopyd.doCallback(callback, false, b.status() == BlkStatus.OK ? 0 : 1));
    BlkCore.submitBioNoacct(bio);
  }

  /** A copy ended: exceptions are made safe in the order in which they were given their places. */
  @KernelSymbol("copy_callback")
  private void copied(PendingException copied, boolean error) {
    copied.copyError = error;
    outOfOrder.put(copied.sequence, copied);
    while (!outOfOrder.isEmpty() && outOfOrder.firstKey() == completeSequence) {
      PendingException pe = outOfOrder.pollFirstEntry().getValue();
      completeSequence++;
      if (pe.copyError && ti.table().kernel().has(SnapshotPolicy.FAILED_COPY_NOT_COMMITTED)) {
        pendingComplete(pe, false);
        continue;
      }
      store.commitException(pe, !pe.copyError, success -> pendingComplete(pe, success));
    }
    endCopy();
  }

  private boolean waitsForReads() {
    return !ti.table().kernel().has(SnapshotPolicy.READS_OVERTAKEN);
  }

  /** The exception is safe, or cannot be; mirrors {@code pending_complete}. */
  @KernelSymbol("pending_complete")
  private void pendingComplete(PendingException pe, boolean success) {
    long chunk = pe.oldChunk;
    boolean failed = !success;
    if (failed) {
      invalidate(-Errno.EIO);
      lockTables(chunk);
    } else {
      lock.downRead();
      lockTables(chunk);
      failed = !valid.get();
      if (!failed) {
        complete.insert(chunk, pe.newChunk);
      }
      lock.upRead();
      if (!failed && waitsForReads() && tracked.isTracked(chunk)) {
        unlockTables(chunk);
        tracked.drain(chunk);
        lockTables(chunk);
      }
    }
    pending.remove(chunk);
    unlockTables(chunk);
    Bio full = pe.fullBio;
    if (full != null) {
      full.setEndIo(pe.fullBioEndIo);
      full.setOwner(pe.fullBioOwner);
    }
    origins.copyDone();
    if (failed) {
      if (full != null) {
        full.ioError();
      }
      errorBios(pe.snapshotBios);
    } else {
      if (full != null) {
        full.endio();
      }
      submitBios(pe.snapshotBios);
    }
    retryOriginBios(pe.originBios);
    free(pe);
  }

  @KernelSymbol("flush_bios")
  static void submitBios(BioList bios) {
    for (Bio b = bios.pop(); b != null; b = bios.pop()) {
      BlkCore.submitBioNoacct(b);
    }
  }

  @KernelSymbol("error_bios")
  static void errorBios(BioList bios) {
    for (Bio b = bios.pop(); b != null; b = bios.pop()) {
      b.ioError();
    }
  }

  /** Another snapshot of the origin may need a copy yet. */
  @KernelSymbol("retry_origin_bios")
  private void retryOriginBios(BioList bios) {
    for (Bio b = bios.pop(); b != null; b = bios.pop()) {
      if (origins.write(origin.bdev(), b, false) == MapResult.REMAPPED) {
        BlkCore.submitBioNoacct(b);
      }
    }
  }

  // ---- when it is lost --------------------------------------------------------------------------

  @KernelSymbol("invalidate_snapshot")
  private void invalidate(int error) {
    lock.downWrite();
    invalidateLocked(error);
    lock.upWrite();
  }

  /** Mirrors {@code __invalidate_snapshot}; {@link #lock} is held for writing. */
  @KernelSymbol("__invalidate_snapshot")
  private void invalidateLocked(int error) {
    if (!valid.get()) {
      return;
    }
    if (error == -Errno.EIO) {
      say("Invalidating snapshot: Error reading/writing.");
    } else if (error == -Errno.ENOMEM) {
      say("Invalidating snapshot: Unable to allocate exception.");
    }
    store.dropSnapshot();
    valid.set(false);
    ti.table().event();
  }

  /** Swaps what two snapshots on one COW device know; mirrors {@code __handover_exceptions}. */
  @KernelSymbol("__handover_exceptions")
  static void handOver(Snapshot source, Snapshot destination) {
    ExceptionTable<Long> table = destination.complete;
    destination.complete = source.complete;
    source.complete = table;
    ExceptionStore old = destination.store;
    destination.store = source.store;
    source.store = old;
    destination.store.userspaceSupportsOverflow = old.userspaceSupportsOverflow;
    destination.store.snap = destination;
    source.store.snap = source;
    destination.ti.maxIoLen = (int) destination.store.chunkSize;
    destination.valid.set(source.valid.get());
    destination.overflowed.set(source.overflowed.get());
    source.valid.set(false);
  }
}
