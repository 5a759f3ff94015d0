package org.dmsim.dm.targets.snapshot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.version.KernelPolicies;

/**
 * Which snapshots each origin has, and which mapped device is the origin's own. One for all
 * snapshots of a machine; the kernel's {@code _origins}, {@code _dm_origins} and what goes with
 * them.
 */
final class Origins {

  /** {@code rounddown_pow_of_two(UINT_MAX)}: what an origin without snapshots is cut at. */
  private static final long NO_BOUNDARY = 1L << 31;

  /** {@code _origins_lock}. */
  final RwSemaphore lock = new RwSemaphore("&_origins_lock");

  private final Map<BlockDevice, List<Snapshot>> snapshots = new HashMap<>();
  private final Map<BlockDevice, List<SnapshotOriginTarget>> targets = new HashMap<>();
  private final SpinLock doneLock = new SpinLock("_pending_exceptions_done_spinlock");
  private final WaitQueue done = new WaitQueue("_pending_exceptions_done");
  private long doneCount;
  private final KernelPolicies kernel;

  /** Those of the machine that a device belongs to. */
  static Origins of(BlockDevice bdev) {
    KernelPolicies kernel = BlockLayer.of(bdev).kernel();
    return bdev.disk().disks().part(Origins.class, () -> new Origins(kernel));
  }

  private Origins(KernelPolicies kernel) {
    this.kernel = kernel;
  }

  /**
   * The snapshots on one COW device: {@code __find_snapshots_sharing_cow}.
   *
   * @param count how many there are
   * @param source the active one, which can hand its exceptions over; null for none
   * @param destination one that is not active yet; null for none
   * @param merging the one of the same origin that is merged, on whatever COW device; null for none
   */
  record Sharing(int count, Snapshot source, Snapshot destination, Snapshot merging) {

    boolean isHandover() {
      return source != null && destination != null;
    }
  }

  /** The lock is held. */
  Sharing sharing(Snapshot snap) {
    int count = 0;
    Snapshot source = null;
    Snapshot destination = null;
    Snapshot merging = null;
    for (Snapshot s : on(snap.origin.bdev())) {
      if (s.isMerge()) {
        merging = s;
      }
      if (s.cow.bdev() != snap.cow.bdev()) {
        continue;
      }
      s.lock.downRead();
      boolean active = s.active.get();
      s.lock.upRead();
      if (active) {
        source = s;
      } else {
        destination = s;
      }
      count++;
    }
    return new Sharing(count, source, destination, merging);
  }

  private List<Snapshot> on(BlockDevice origin) {
    List<Snapshot> list = snapshots.get(origin);
    return list == null ? List.of() : list;
  }

  /**
   * Adds a snapshot that is not active yet.
   *
   * @return whether another snapshot will hand its exceptions over to it
   */
  @KernelSymbol("register_snapshot")
  boolean register(Snapshot snap) throws TargetError {
    lock.downWrite();
    Sharing sharing = sharing(snap);
    String error = null;
    if (sharing.count == 2 || sharing.destination != null) {
      error = "Snapshot cow pairing for exception table handover failed";
    } else if (sharing.source != null && snap.isMerge()) {
      if (sharing.merging != null) {
        error = "A snapshot is already merging.";
      } else if (!sharing.source.store.supportsMerge()) {
        error = "Snapshot exception store does not support snapshot-merge.";
      }
    }
    if (error == null) {
      insert(snap);
    }
    lock.upWrite();
    if (error != null) {
      throw new TargetError(Errno.EINVAL, error);
    }
    return sharing.source != null;
  }

  /** Largest chunks first. */
  private void insert(Snapshot snap) {
    List<Snapshot> list = snapshots.computeIfAbsent(snap.origin.bdev(), b -> new ArrayList<>(1));
    int at = 0;
    while (at < list.size() && list.get(at).store.chunkSize >= snap.store.chunkSize) {
      at++;
    }
    list.add(at, snap);
  }

  /** The chunk size is another now. */
  @KernelSymbol("reregister_snapshot")
  void reregister(Snapshot snap) {
    lock.downWrite();
    on(snap.origin.bdev()).remove(snap);
    insert(snap);
    lock.upWrite();
  }

  @KernelSymbol("unregister_snapshot")
  void unregister(Snapshot snap) {
    lock.downWrite();
    List<Snapshot> list = snapshots.get(snap.origin.bdev());
    if (list != null && list.remove(snap) && list.isEmpty()) {
      snapshots.remove(snap.origin.bdev());
    }
    lock.upWrite();
  }

  /** The smallest chunk of an origin's snapshots; {@code get_origin_minimum_chunksize}. */
  long minimumChunkSize(BlockDevice origin) {
    lock.downRead();
    boolean zero = kernel.has(SnapshotPolicy.NO_BOUNDARY_IS_ZERO) && on(origin).isEmpty();
    long min = zero ? 0 : NO_BOUNDARY;
    for (Snapshot s : on(origin)) {
      if (s.store.chunkSize != 0) {
        min = Math.min(min, s.store.chunkSize);
      }
    }
    lock.upRead();
    return min;
  }

  // ---- the origin's own target ------------------------------------------------------------------

  void add(SnapshotOriginTarget target, BlockDevice origin) {
    lock.downWrite();
    targets.computeIfAbsent(origin, b -> new ArrayList<>(1)).add(target);
    lock.upWrite();
  }

  void remove(SnapshotOriginTarget target, BlockDevice origin) {
    lock.downWrite();
    List<SnapshotOriginTarget> list = targets.get(origin);
    KernelBug.on(list == null || !list.remove(target), "lib/list_debug.c:56");
    lock.upWrite();
  }

  /** The first target of an origin; null for none. The lock is held. */
  SnapshotOriginTarget target(BlockDevice origin) {
    List<SnapshotOriginTarget> list = targets.get(origin);
    return list == null || list.isEmpty() ? null : list.get(0);
  }

  // ---- writes to an origin ----------------------------------------------------------------------

  /**
   * A write is about to reach the origin; mirrors {@code do_origin}.
   *
   * @param limit whether it waits while snapshots have too many copies on their way
   * @return SUBMITTED if the bio is kept until the copies are made, else REMAPPED
   */
  @KernelSymbol("do_origin")
  MapResult write(BlockDevice origin, Bio bio, boolean limit) {
    lock.downRead();
    while (limit && waits(origin)) {
      lock.downRead();
    }
    MapResult r = write(on(origin), bio.sector(), bio);
    lock.upRead();
    return r;
  }

  /** Whether it had to wait, and so gave the lock back. */
  private boolean waits(BlockDevice origin) {
    for (Snapshot s : on(origin)) {
      if (s.waitForInProgress(lock::upRead)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Has every snapshot copy what it needs of a chunk; mirrors {@code __origin_write}.
   *
   * @param bio the write that waits for it; null for none
   */
  @KernelSymbol("__origin_write")
  private static MapResult write(List<Snapshot> snapshots, long sector, Bio bio) {
    OriginWrite write = new OriginWrite(bio);
    PendingException last = null;
    for (Snapshot snap : snapshots) {
      boolean waits = write.waiting != null;
      PendingException pe = snap.originWrite(sector, write);
      if (pe != null && waits) {
        last = pe;
      } else if (pe != null) {
        snap.startCopy(pe);
      }
    }
    // That for which the bio waits comes last, to give the others a head start.
    if (last != null) {
      last.snap.startCopy(last);
    }
    return write.submitted ? MapResult.SUBMITTED : MapResult.REMAPPED;
  }

  /** A write on its way through the snapshots of an origin. */
  static final class OriginWrite {
    /** The bio, until a pending exception has taken it; null for none. */
    Bio waiting;

    /** Some snapshot has to copy, or copies already. */
    boolean submitted;

    private OriginWrite(Bio bio) {
      waiting = bio;
    }
  }

  /** Mirrors {@code origin_write_extent}: whether anything has to be waited for. */
  @KernelSymbol("origin_write_extent")
  boolean writeExtent(Snapshot merging, long sector, long sectors, long step) {
    boolean mustWait = false;
    lock.downRead();
    List<Snapshot> list = on(merging.origin.bdev());
    for (long n = 0; n < sectors; n += step) {
      mustWait |= write(list, sector + n, null) == MapResult.SUBMITTED;
    }
    lock.upRead();
    return mustWait;
  }

  // ---- the ends of copies -----------------------------------------------------------------------

  long doneCount() {
    doneLock.lock();
    long n = doneCount;
    doneLock.unlock();
    return n;
  }

  @KernelSymbol("increment_pending_exceptions_done_count")
  void copyDone() {
    doneLock.lock();
    doneCount++;
    doneLock.unlock();
    done.wakeUpAll();
  }

  void waitForCopy(long previous) {
    done.waitEvent(() -> doneCount() != previous);
  }
}
