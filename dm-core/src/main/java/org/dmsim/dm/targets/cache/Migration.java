package org.dmsim.dm.targets.cache;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.prison.LockCell;
import org.dmsim.dm.prison.LockPrison;
import org.dmsim.dm.targets.cache.smq.PolicyWork;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.workqueue.Work;

/**
 * A block on its way between origin and cache: {@code struct dm_cache_migration}, 6.1. Its steps:
 * lock out writes, wait for those in flight, copy, lock out reads too, wait again, change the
 * metadata, unlock. A write of the whole block takes the place of the copy.
 */
final class Migration {

  private final Cache cache;
  private Work work;

  /** How the step before ended. */
  BlkStatus input = BlkStatus.OK;

  private PolicyWork op;
  private Bio overwriteBio;
  private LockCell cell;
  private int invalidateCblock;
  private long invalidateOblock;

  Migration(Cache cache) {
    this.cache = cache;
  }

  Work work() {
    return work;
  }

  /** Mirrors {@code init_continuation}. */
  private void next(Runnable step) {
    work = new Work("(work_completion)(&mg->k.ws)", step);
    input = BlkStatus.OK;
  }

  private void quiesce(Runnable step) {
    next(step);
    cache.prison.quiesce(cell, work);
  }

  // ---- moving a block ---------------------------------------------------------------------------

  /** Mirrors {@code mg_start}: false if it may not, or another has the block. */
  @KernelSymbol("mg_start")
  static boolean start(Cache cache, PolicyWork op, Bio bio) {
    if (!cache.background.begin()) {
      cache.policy.complete(op, false);
      return false;
    }
    Migration mg = new Migration(cache);
    mg.op = op;
    mg.overwriteBio = bio;
    if (bio == null) {
      cache.ioMigrations.add(1);
    }
    return mg.lockWrites();
  }

  @KernelSymbol("mg_lock_writes")
  private boolean lockWrites() {
    int level = overwriteBio != null ? Cache.READ_WRITE_LOCK : Cache.WRITE_LOCK;
    LockPrison.Locked l = cache.prison.lock(Cache.key(op.oblock()), level);
    cell = l.cell();
    if (cell == null) {
      complete(false);
      return false;
    }
    if (l.busy()) {
      quiesce(this::copy);
    } else {
      copy();
    }
    return true;
  }

  @KernelSymbol("mg_copy")
  private void copy() {
    if (overwriteBio == null) {
      fullCopy();
    } else if (!cache.isOptimisable(overwriteBio, op.oblock())) {
      KernelBug.on(cache.detainShared(op.oblock(), overwriteBio), Cache.PLACE);
      overwriteBio = null;
      cache.ioMigrations.add(1);
      fullCopy();
    } else {
      overwrite();
    }
  }

  @KernelSymbol("overwrite")
  private void overwrite() {
    BioData pb = CacheTarget.data(overwriteBio);
    hook(pb, overwriteBio);
    if (op.op() == PolicyWork.Op.PROMOTE) {
      cache.remapToCache(overwriteBio, op.cblock());
    } else {
      cache.remapToOrigin(overwriteBio);
    }
    next(this::updateMetadataAfterCopy);
    cache.accountedRequest(overwriteBio);
  }

  private void hook(BioData pb, Bio bio) {
    pb.hooked = bio.endIo();
    bio.setEndIo(this::overwriteEndio);
  }

  @KernelSymbol("overwrite_endio")
  private void overwriteEndio(Bio bio) {
    bio.setEndIo(CacheTarget.data(bio).hooked);
    if (bio.status() != BlkStatus.OK) {
      input = bio.status();
    }
    cache.wq.queue(work);
  }

  @KernelSymbol("mg_full_copy")
  private void fullCopy() {
    boolean promote = op.op() == PolicyWork.Op.PROMOTE;
    if ((!promote && !cache.isDirty(op.cblock())) || cache.isDiscardedBlock(op.oblock())) {
      upgradeLock();
      return;
    }
    next(this::upgradeLock);
    long size = cache.sectorsPerBlock;
    IoRegion o = new IoRegion(cache.origin.bdev(), op.oblock() * size, size);
    IoRegion c = new IoRegion(cache.fast.bdev(), op.cblock() * size, size);
    cache.copier.copy(promote ? o : c, new IoRegion[] {promote ? c : o}, false, this::copyComplete);
  }

  @KernelSymbol("copy_complete")
  private void copyComplete(boolean readError, long writeErrors) {
    if (readError || writeErrors != 0) {
      input = BlkStatus.IOERR;
    }
    cache.wq.queue(work);
  }

  @KernelSymbol("mg_upgrade_lock")
  private void upgradeLock() {
    if (input != BlkStatus.OK) {
      complete(false);
    } else if (cache.prison.promote(cell, Cache.READ_WRITE_LOCK)) {
      quiesce(this::updateMetadata);
    } else {
      updateMetadata();
    }
  }

  @KernelSymbol("mg_update_metadata_after_copy")
  private void updateMetadataAfterCopy() {
    if (input != BlkStatus.OK) {
      complete(false);
    } else {
      updateMetadata();
    }
  }

  @KernelSymbol("mg_update_metadata")
  private void updateMetadata() {
    switch (op.op()) {
      case PROMOTE -> {
        try {
          cache.cmd.insert(op.cblock(), op.oblock());
        } catch (MetadataException e) {
          cache.log("migration failed; couldn't insert mapping");
          cache.operationFailed("dm_cache_insert_mapping", e);
          complete(false);
          return;
        }
        complete(true);
      }
      case DEMOTE -> {
        try {
          cache.cmd.remove(op.cblock());
        } catch (MetadataException e) {
          cache.log("migration failed; couldn't update on disk metadata");
          cache.operationFailed("dm_cache_remove_mapping", e);
          complete(false);
          return;
        }
        next(this::success); // the block must not be used again before that is committed
        cache.committer.continueAfter(this);
        cache.committer.schedule();
      }
      case WRITEBACK -> complete(true);
    }
  }

  @KernelSymbol("mg_success")
  private void success() {
    complete(input == BlkStatus.OK);
  }

  @KernelSymbol("mg_complete")
  private void complete(boolean success) {
    if (success) {
      cache.count(op.op());
    }
    int cblock = op.cblock();
    if (op.op() == PolicyWork.Op.PROMOTE) {
      cache.clearDiscard(op.oblock());
      cache.policy.complete(op, success);
      if (overwriteBio != null) {
        if (success) {
          cache.forceDirty(cblock, true);
        } else {
          overwriteBio.setStatus(input != BlkStatus.OK ? input : BlkStatus.IOERR);
        }
        overwriteBio.endio();
      } else {
        if (success) {
          cache.forceDirty(cblock, false);
        }
        cache.ioMigrations.add(-1);
      }
    } else {
      if (success) {
        cache.forceDirty(cblock, false);
      }
      cache.policy.complete(op, success);
      cache.ioMigrations.add(-1);
    }
    BioList bios = unlocked();
    cache.defer(bios);
    cache.wakeMigrationWorker();
    cache.background.end();
  }

  private BioList unlocked() {
    BioList bios = new BioList();
    if (cell != null) {
      cache.prison.unlock(cell, bios);
    }
    return bios;
  }

  // ---- taking a block out of the cache ----------------------------------------------------------

  /** Mirrors {@code invalidate_start}: the write goes to the origin once the block is out. */
  @KernelSymbol("invalidate_start")
  static void invalidate(Cache cache, int cblock, long oblock, Bio bio) {
    if (!cache.background.begin()) {
      return;
    }
    Migration mg = new Migration(cache);
    mg.overwriteBio = bio;
    mg.invalidateCblock = cblock;
    mg.invalidateOblock = oblock;
    mg.invalidateLock();
  }

  @KernelSymbol("invalidate_lock")
  private void invalidateLock() {
    LockPrison.Locked l = cache.prison.lock(Cache.key(invalidateOblock), Cache.READ_WRITE_LOCK);
    cell = l.cell();
    if (cell == null) {
      Bio bio = overwriteBio;
      overwriteBio = null;
      if (bio != null) {
        cache.defer(bio);
      }
      invalidateComplete(false);
    } else if (l.busy()) {
      quiesce(this::invalidateRemove);
    } else {
      next(this::invalidateRemove); // who maps bios may not wait for the metadata
      cache.wq.queue(work);
    }
  }

  @KernelSymbol("invalidate_remove")
  private void invalidateRemove() {
    if (!cache.invalidate(invalidateCblock)) {
      invalidateComplete(false);
      return;
    }
    next(this::invalidateCommitted);
    cache.committer.continueAfter(this);
    cache.committer.schedule();
  }

  @KernelSymbol("invalidate_committed")
  private void invalidateCommitted() {
    if (input != BlkStatus.OK) {
      invalidateComplete(false);
      return;
    }
    next(this::invalidateCompleted);
    cache.remapToOriginClearDiscard(overwriteBio, invalidateOblock);
    hook(CacheTarget.data(overwriteBio), overwriteBio);
    CacheTarget.submit(overwriteBio);
  }

  @KernelSymbol("invalidate_completed")
  private void invalidateCompleted() {
    invalidateComplete(input == BlkStatus.OK);
  }

  @KernelSymbol("invalidate_complete")
  private void invalidateComplete(boolean success) {
    if (success) {
      cache.demotions.add(1);
    }
    BioList bios = unlocked();
    if (overwriteBio != null) {
      if (!success && overwriteBio.status() == BlkStatus.OK) {
        overwriteBio.setStatus(BlkStatus.IOERR);
      }
      overwriteBio.endio();
    }
    cache.defer(bios);
    cache.background.end();
  }
}
