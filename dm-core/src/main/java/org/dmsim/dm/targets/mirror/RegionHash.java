package org.dmsim.dm.targets.mirror;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.locking.RwLock;
import org.dmsim.locking.Semaphore;
import org.dmsim.locking.SpinLock;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * The regions that are not merely clean or merely out of sync: those that are written to, and those
 * that are brought into sync. Mirrors {@code dm-region-hash.c}, 6.1.
 *
 * <p>A region may be on one of four lists: clean ones leave the hash soon, quiesced ones are ready
 * to be recovered, recovered ones and those that could not be await the worker. The region lock
 * protects lists and states, the hash lock which regions there are.
 */
final class RegionHash {

  /** What the hash asks of the mirror that it serves. */
  interface Owner {
    /** Sends writes that waited for a recovery on; may be called with nothing. */
    void dispatchBios(BioList bios);

    /** Wakes the worker. */
    void wakeWorkers();

    /** Wakes who waits until no recovery is on its way. */
    void wakeRecoveryWaiters();
  }

  private static final int MAX_RECOVERY = 1;

  private final Owner owner;
  private final CoreLog log;
  private final long begin;
  private final int regionShift;
  private final RwLock hashLock = new RwLock("&rh->hash_lock");
  private final SpinLock regionLock = new SpinLock("&rh->region_lock");
  private final Map<Long, Region> regions = new HashMap<>();
  private final ArrayDeque<Region> clean = new ArrayDeque<>();
  private final ArrayDeque<Region> quiesced = new ArrayDeque<>();
  private final ArrayDeque<Region> recovered = new ArrayDeque<>();
  private final ArrayDeque<Region> failedRecovered = new ArrayDeque<>();
  private final Semaphore recoveryCount = new Semaphore("&rh->recovery_count", 0);
  private final SharedInt recoveryInFlight = new SharedInt("rh->recovery_in_flight", 0);
  private boolean flushFailure;

  RegionHash(Owner owner, CoreLog log, long begin) {
    this.owner = owner;
    this.log = log;
    this.begin = begin;
    regionShift = Long.numberOfTrailingZeros(log.regionSize());
  }

  /** The region of a bio's first sector. */
  long regionOf(Bio bio) {
    return bio.sector() - begin >>> regionShift;
  }

  /** First sector of a region, counted from the target's begin. */
  long sectorOf(Region region) {
    return region.key << regionShift;
  }

  // ---- finding ----------------------------------------------------------------------------------

  private Region lookup(long key) {
    hashLock.readLock();
    Region r = regions.get(key);
    hashLock.readUnlock();
    return r;
  }

  /** The region, put into the hash where it is not there. */
  @KernelSymbol("__rh_find")
  private Region find(long key) {
    Region r = lookup(key);
    return r != null ? r : allocate(key);
  }

  @KernelSymbol("__rh_alloc")
  private Region allocate(long key) {
    Region fresh = new Region(key, log.isInSync(key) ? Region.State.CLEAN : Region.State.NOSYNC);
    boolean flags = hashLock.writeLockIrqsave();
    Region there = regions.putIfAbsent(key, fresh);
    if (there == null && fresh.state == Region.State.CLEAN) {
      regionLock.lock();
      fresh.addFirst(clean);
      regionLock.unlock();
    }
    hashLock.writeUnlockIrqrestore(flags);
    return there == null ? fresh : there;
  }

  /** What may be done with a region. */
  @KernelSymbol("dm_rh_get_state")
  Region.State state(long key) {
    Region r = lookup(key);
    if (r != null) {
      return r.state;
    }
    return log.isInSync(key) ? Region.State.CLEAN : Region.State.NOSYNC;
  }

  // ---- writes -----------------------------------------------------------------------------------

  private static boolean hasRegion(Bio bio) {
    return !bio.hasOpf(Opf.REQ_PREFLUSH) && bio.op() != Opf.REQ_OP_DISCARD;
  }

  /** A write is about to start; does nothing for a flush or a discard. */
  @KernelSymbol("rh_inc")
  void incPending(Bio bio) {
    if (!hasRegion(bio)) {
      return;
    }
    Region r = find(regionOf(bio));
    regionLock.lockIrq();
    r.pending.add(1);
    boolean dirtied = r.state == Region.State.CLEAN;
    if (dirtied) {
      r.state = Region.State.DIRTY;
      r.unlink();
    }
    regionLock.unlockIrq();
    if (dirtied) {
      log.markRegion(r.key);
    }
  }

  /** A write to a region ended. */
  @KernelSymbol("dm_rh_dec")
  void decPending(long key) {
    Region r = lookup(key);
    boolean flags = regionLock.lockIrqsave();
    boolean last = r.pending.decAndTest();
    if (last && flushFailure) {
      r.state = Region.State.NOSYNC;
    } else if (last && r.state == Region.State.RECOVERING) {
      r.addLast(quiesced);
    } else if (last && r.state == Region.State.DIRTY) {
      r.state = Region.State.CLEAN;
      r.addFirst(clean);
    }
    regionLock.unlockIrqrestore(flags);
    if (last) {
      owner.wakeWorkers();
    }
  }

  /** Keeps a write until its region is recovered. */
  @KernelSymbol("dm_rh_delay")
  void delay(Bio bio) {
    find(regionOf(bio)).delayedBios.add(bio);
  }

  /** A write reached some legs and not others. */
  @KernelSymbol("dm_rh_mark_nosync")
  void markNosync(Bio bio) {
    if (bio.hasOpf(Opf.REQ_PREFLUSH)) {
      flushFailure = true;
      return;
    }
    if (bio.op() == Opf.REQ_OP_DISCARD) {
      return;
    }
    long key = regionOf(bio);
    log.setRegionSync(key, false);
    Region r = find(key);
    boolean flags = regionLock.lockIrqsave();
    boolean recovering = r.state == Region.State.RECOVERING;
    r.state = Region.State.NOSYNC;
    regionLock.unlockIrqrestore(flags);
    if (recovering) {
      completeResync(r, false);
    }
  }

  /** Makes the log safe; 0 or a negative errno. */
  int flush() {
    return log.flush();
  }

  // ---- recovery ---------------------------------------------------------------------------------

  @KernelSymbol("complete_resync_work")
  private void completeResync(Region r, boolean success) {
    log.setRegionSync(r.key, success);
    owner.dispatchBios(r.delayedBios);
    if (recoveryInFlight.decAndTest()) {
      owner.wakeRecoveryWaiters();
    }
    recoveryCount.up();
  }

  /** Forgets clean regions, and ends recoveries; called by the worker only. */
  @KernelSymbol("dm_rh_update_states")
  void updateStates(boolean errorsHandled) {
    boolean flags = hashLock.writeLockIrqsave();
    regionLock.lock();
    List<Region> cleaned = takeOut(clean);
    List<Region> ended = takeOut(recovered);
    List<Region> failed = takeOut(failedRecovered);
    regionLock.unlock();
    hashLock.writeUnlockIrqrestore(flags);
    for (Region r : ended) {
      log.clearRegion(r.key);
      completeResync(r, true);
    }
    for (Region r : failed) {
      completeResync(r, !errorsHandled);
    }
    for (Region r : cleaned) {
      log.clearRegion(r.key);
    }
    log.flush();
  }

  private List<Region> takeOut(ArrayDeque<Region> list) {
    List<Region> taken = new ArrayList<>(list);
    for (Region r : taken) {
      r.unlink();
      regions.remove(r.key);
    }
    return taken;
  }

  /** Starts to quiesce the next region, if recovery is not stopped. */
  @KernelSymbol("dm_rh_recovery_prepare")
  void recoveryPrepare() {
    recoveryInFlight.add(1);
    while (recoveryCount.tryDown()) {
      recoveryInFlight.add(1);
      if (!prepareOne()) {
        recoveryInFlight.add(-1);
        recoveryCount.up();
        break;
      }
    }
    if (recoveryInFlight.decAndTest()) {
      owner.wakeRecoveryWaiters();
    }
  }

  @KernelSymbol("__rh_recovery_prepare")
  private boolean prepareOne() {
    long key = log.resyncWork();
    if (key < 0) {
      return false;
    }
    Region r = find(key);
    regionLock.lockIrq();
    r.state = Region.State.RECOVERING;
    if (r.pending.readOnce() != 0) {
      r.unlink();
    } else {
      r.addFirst(quiesced);
    }
    regionLock.unlockIrq();
    return true;
  }

  /** A region that can be copied now; null for none. */
  @KernelSymbol("dm_rh_recovery_start")
  Region recoveryStart() {
    regionLock.lockIrq();
    Region r = quiesced.peekFirst();
    if (r != null) {
      r.unlink();
    }
    regionLock.unlockIrq();
    return r;
  }

  /** A region was copied, or could not be. */
  @KernelSymbol("dm_rh_recovery_end")
  void recoveryEnd(Region r, boolean success) {
    regionLock.lockIrq();
    r.addFirst(success ? recovered : failedRecovered);
    regionLock.unlockIrq();
    owner.wakeWorkers();
  }

  boolean isRecoveryInFlight() {
    return recoveryInFlight.readOnce() != 0;
  }

  /** Waits for recoveries on their way, and lets no other start. */
  @KernelSymbol("dm_rh_stop_recovery")
  void stopRecovery() {
    for (int i = 0; i < MAX_RECOVERY; i++) {
      recoveryCount.down();
    }
  }

  @KernelSymbol("dm_rh_start_recovery")
  void startRecovery() {
    for (int i = 0; i < MAX_RECOVERY; i++) {
      recoveryCount.up();
    }
    owner.wakeWorkers();
  }
}
