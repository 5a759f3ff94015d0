package org.dmsim.dm.targets.clone;

import java.util.List;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.kcopyd.KcopydClient;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * Copies regions from source to destination, those that a write needs at once and the others in the
 * background, and tells the metadata. Mirrors the hydration half of {@code dm-clone-target.c}, 6.1.
 */
final class Hydrator {

  private static final int MIN_HYDRATIONS = 256;

  private static final BioEndIo OVERWRITE_END = Hydrator::overwriteEnded;

  /** {@code clone->hydration_threshold} and {@code clone->hydration_batch_size}. */
  final SharedInt threshold;

  final SharedInt batchSize;
  final SharedInt inFlight = new SharedInt("clone->hydrations_in_flight", 0);

  private final Clone clone;
  private final long length;
  private final HydrationTable table = new HydrationTable();
  private final WaitQueue stopped = new WaitQueue("&clone->hydration_stopped");
  private final KcopydClient kcopyd = new KcopydClient();
  private final Mempool<Hydration> pool =
      new Mempool<>("dm_clone_region_hydration", null, MIN_HYDRATIONS, Hydration::new, h -> {});

  /** The region to hydrate next; only the worker uses it. */
  private long offset;

  /** A bio that overwrites a region, and whose it is: {@code bi_private}. */
  private record Overwriting(Hydrator hydrator, Hydration hydration) {}

  /** Regions in a row that are copied with one copy: {@code struct batch_info}. */
  private static final class Batch {
    private Hydration head;
    private int regions;
  }

  Hydrator(Clone clone, long length) {
    this.clone = clone;
    this.length = length;
    threshold = new SharedInt("clone->hydration_threshold", clone.options.threshold);
    batchSize = new SharedInt("clone->hydration_batch_size", clone.options.batchSize);
  }

  void destroy() {
    pool.exit();
    kcopyd.destroy();
  }

  void waitUntilStopped() {
    stopped.waitEvent(() -> inFlight.readOnce() == 0);
  }

  private void oneLess() {
    if (inFlight.decAndTest()) {
      stopped.wakeUpAll();
    }
  }

  // ---- the end of one ---------------------------------------------------------------------------

  /** Tells the metadata, and takes it out of the table; {@code hydration_update_metadata}. */
  @KernelSymbol("hydration_update_metadata")
  private boolean updateMetadata(Hydration h) {
    boolean done = clone.mode() < Clone.READ_ONLY;
    try {
      if (done && h.status == BlkStatus.OK) {
        clone.metadata.setHydrated(h.region);
      }
    } catch (MetadataException e) {
      done = false;
    }
    HydrationTable.Bucket bucket = table.of(h.region);
    boolean irqs = bucket.lock.lockIrqsave();
    bucket.remove(h);
    bucket.lock.unlockIrqrestore(irqs);
    return done;
  }

  @KernelSymbol("hydration_complete")
  private void complete(Hydration h) {
    boolean done = updateMetadata(h);
    if (h.status == BlkStatus.OK && done) {
      if (h.overwrite != null) {
        clone.completeOverwrite(h.overwrite);
      }
      clone.issueDeferred(h.deferred);
    } else {
      BlkStatus status = done ? h.status : BlkStatus.IOERR;
      if (h.overwrite != null) {
        h.deferred.add(h.overwrite);
      }
      for (Bio bio = h.deferred.pop(); bio != null; bio = h.deferred.pop()) {
        bio.endio(status);
      }
    }
    pool.free(h);
    oneLess();
  }

  @KernelSymbol("hydration_kcopyd_callback")
  private void copied(Hydration h, boolean readError, long writeErrors) {
    BlkStatus status = BlkStatus.OK;
    if (readError || writeErrors != 0) {
      clone.say("hydration failed");
      status = BlkStatus.IOERR;
    }
    List<Hydration> batched = List.copyOf(h.batched);
    h.status = status;
    complete(h);
    for (Hydration each : batched) {
      each.status = status;
      complete(each);
    }
    if (clone.flags.test(Clone.HYDRATION_ENABLED) && clone.iosInFlight.readOnce() == 0) {
      clone.wakeWorker();
    }
  }

  // ---- copying ----------------------------------------------------------------------------------

  @KernelSymbol("hydration_copy")
  private void copy(Hydration h, int regions) {
    int size = clone.options.regionSize;
    long tail = size;
    if (h.region + regions == clone.regions && (length & size - 1) != 0) {
      tail = length & size - 1;
    }
    long first = clone.toSector(h.region);
    long count = clone.toSector(regions - 1L) + tail;
    inFlight.add(regions);
    kcopyd.copy(
        new IoRegion(clone.source, first, count),
        new IoRegion[] {new IoRegion(clone.destination, first, count)},
        false,
        (r, w) -> copied(h, r, w));
  }

  @KernelSymbol("overwrite_endio")
  private static void overwriteEnded(Bio bio) {
    Overwriting o = (Overwriting) bio.owner();
    bio.setEndIo(o.hydration.overwriteEnd);
    o.hydration.status = bio.status();
    o.hydrator.complete(o.hydration);
  }

  @KernelSymbol("hydration_overwrite")
  private void overwrite(Hydration h, Bio bio) {
    h.overwrite = bio;
    h.overwriteEnd = bio.endIo();
    bio.setEndIo(OVERWRITE_END);
    bio.setOwner(new Overwriting(this, h));
    inFlight.add(1);
    BlkCore.submitBioNoacct(bio);
  }

  // ---- for a write ------------------------------------------------------------------------------

  /** Lets a write wait for its region; mirrors {@code hydrate_bio_region}. */
  @KernelSymbol("hydrate_bio_region")
  void hydrate(Bio bio) {
    long region = clone.regionOf(bio);
    HydrationTable.Bucket bucket = table.of(region);
    bucket.lock.lockIrq();
    if (joins(bucket, bio, region)) {
      return;
    }
    bucket.lock.unlockIrq();
    Hydration h = pool.alloc(Gfp.NOIO);
    h.init(region);
    bucket.lock.lockIrq();
    if (joins(bucket, bio, region)) {
      pool.free(h);
      return;
    }
    if (clone.mode() >= Clone.READ_ONLY) {
      bucket.lock.unlockIrq();
      pool.free(h);
      bio.ioError();
      return;
    }
    bucket.insert(h);
    boolean all = Opf.isWrite(bio.opf()) && bio.sectors() == clone.options.regionSize;
    if (all) {
      bucket.lock.unlockIrq();
      overwrite(h, bio);
    } else {
      h.deferred.add(bio);
      bucket.lock.unlockIrq();
      copy(h, 1);
    }
  }

  /**
   * Whether somebody hydrates the region already, or has; if so the bio is taken care of, and the
   * bucket's lock, which the caller holds, is given back.
   */
  private boolean joins(HydrationTable.Bucket bucket, Bio bio, long region) {
    Hydration other = bucket.find(region);
    if (other != null) {
      other.deferred.add(bio);
      bucket.lock.unlockIrq();
      return true;
    }
    if (clone.metadata.isHydrated(region)) {
      bucket.lock.unlockIrq();
      clone.issue(bio);
      return true;
    }
    return false;
  }

  // ---- in the background ------------------------------------------------------------------------

  /** Mirrors {@code do_hydration}. */
  @KernelSymbol("do_hydration")
  void hydrate() {
    if (clone.mode() >= Clone.READ_ONLY || clone.metadata.isHydrationDone()) {
      return;
    }
    Batch batch = new Batch();
    inFlight.add(1);
    long at = offset;
    while (!clone.flags.test(Clone.HYDRATION_SUSPENDED)
        && clone.iosInFlight.readOnce() == 0
        && clone.flags.test(Clone.HYDRATION_ENABLED)
        && at < clone.regions) {
      int volume = inFlight.readOnce() + batch.regions;
      if (Integer.compareUnsigned(volume, threshold.readOnce()) > 0) {
        break;
      }
      at = startNext(at, batch);
    }
    if (batch.head != null) {
      copy(batch.head, batch.regions);
    }
    offset = at >= clone.regions ? 0 : at;
    oneLess();
  }

  /** The offset behind the region that it found. */
  @KernelSymbol("__start_next_hydration")
  private long startNext(long from, Batch batch) {
    Hydration h = pool.alloc(Gfp.NOIO);
    long at = from;
    do {
      at = clone.metadata.nextUnhydrated(at);
      if (at == clone.regions) {
        break;
      }
      HydrationTable.Bucket bucket = table.of(at);
      bucket.lock.lockIrq();
      if (!clone.metadata.isHydrated(at) && bucket.find(at) == null) {
        h.init(at);
        bucket.insert(h);
        bucket.lock.unlockIrq();
        addTo(batch, h);
        return at + 1;
      }
      bucket.lock.unlockIrq();
    } while (++at < clone.regions);
    pool.free(h);
    return at;
  }

  @KernelSymbol("__batch_hydration")
  private void addTo(Batch batch, Hydration h) {
    int most = batchSize.readOnce();
    boolean added = false;
    if (batch.head != null) {
      if (Integer.compareUnsigned(batch.regions, most) < 0
          && batch.head.region + batch.regions == h.region) {
        batch.head.batched.add(h);
        batch.regions++;
        added = true;
      }
      if (!added || Integer.compareUnsigned(batch.regions, most) >= 0) {
        copy(batch.head, batch.regions);
        batch.head = null;
        batch.regions = 0;
      }
    }
    if (added) {
      return;
    }
    if (Integer.compareUnsigned(most, 1) <= 0) {
      copy(h, 1);
    } else {
      batch.head = h;
      batch.regions = 1;
    }
  }
}
