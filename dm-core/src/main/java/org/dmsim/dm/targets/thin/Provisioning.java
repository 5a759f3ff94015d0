package org.dmsim.dm.targets.thin;

import java.util.Arrays;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.context.Warning;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.prison.BioPrison;
import org.dmsim.dm.prison.Cell;
import org.dmsim.dm.prison.CellKey;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/**
 * How a bio finds its block, and how a block is made where there is none, or where a snapshot has
 * it too: {@code process_bio} and what it calls in {@code dm-thin.c}, 6.1.
 */
final class Provisioning {

  private static final SourcePlace ALLOC = SourcePlace.of("drivers/md/dm-thin.c", 1536);

  private final Pool pool;

  Provisioning(Pool pool) {
    this.pool = pool;
  }

  private static void zeroFill(Bio bio) {
    if (bio.hasData()) {
      int from = bio.dataOffset();
      Arrays.fill(bio.data(), from, from + (int) bio.size(), (byte) 0);
    }
  }

  // ---- a mapping is ready -----------------------------------------------------------------------

  /** The pool's lock is held. */
  void completePreparationLocked(NewMapping m) {
    if (m.prepareActions.decAndTest()) {
      pool.preparedMappings.addLast(m);
      pool.wakeWorker();
    }
  }

  @KernelSymbol("complete_mapping_preparation")
  private void completePreparation(NewMapping m) {
    boolean flags = pool.lock.lockIrqsave();
    completePreparationLocked(m);
    pool.lock.unlockIrqrestore(flags);
  }

  @KernelSymbol("copy_complete")
  private void copyComplete(NewMapping m, boolean readError, long writeErrors) {
    m.status = readError || writeErrors != 0 ? BlkStatus.IOERR : BlkStatus.OK;
    completePreparation(m);
  }

  @KernelSymbol("overwrite_endio")
  private void overwriteEndio(Bio bio) {
    NewMapping m = ThinTarget.hook(bio).overwriteMapping;
    bio.setEndIo(m.savedEndIo);
    m.status = bio.status();
    completePreparation(m);
  }

  /** Mirrors {@code process_prepared_mapping_fail}. */
  @KernelSymbol("process_prepared_mapping_fail")
  void preparedFail(NewMapping m) {
    pool.cellError(m.cell);
    pool.mappingPool.free(m);
  }

  /** Enters it, and lets everybody go who waits for it; {@code process_prepared_mapping}. */
  @KernelSymbol("process_prepared_mapping")
  void prepared(NewMapping m) {
    Thin tc = m.tc;
    if (m.status != BlkStatus.OK) {
      pool.cellError(m.cell);
    } else if (inserts(m)) {
      if (m.bio != null) {
        pool.issueCell(tc, m.cell, m.dataBlock);
        pool.completeOverwrite(tc, m.bio);
      } else {
        pool.incAllIo(m.cell.holder());
        pool.remapAndIssue(tc, m.cell.holder(), m.dataBlock);
        pool.issueCell(tc, m.cell, m.dataBlock);
      }
    }
    pool.mappingPool.free(m);
  }

  private boolean inserts(NewMapping m) {
    try {
      m.tc.td.insert(m.virtBegin, m.dataBlock);
      return true;
    } catch (MetadataException e) {
      pool.modes.operationFailed("dm_thin_insert_block", e);
      pool.cellError(m.cell);
      return false;
    }
  }

  // ---- making one ready -------------------------------------------------------------------------

  private boolean overwritesBlock(Bio bio) {
    return Pool.isWrite(bio) && bio.size() == pool.sectorsPerBlock << Sectors.SHIFT;
  }

  private NewMapping next(Thin tc, long virtual, long data, Cell cell, int actions) {
    NewMapping m = pool.takeNextMapping();
    m.prepareActions.writeOnce(actions);
    m.tc = tc;
    m.virtBegin = virtual;
    m.virtEnd = virtual + 1;
    m.dataBlock = data;
    m.cell = cell;
    return m;
  }

  @KernelSymbol("remap_and_issue_overwrite")
  private void issueOverwrite(Thin tc, Bio bio, long data, NewMapping m) {
    ThinTarget.hook(bio).overwriteMapping = m;
    m.bio = bio;
    m.savedEndIo = bio.endIo();
    bio.setEndIo(this::overwriteEndio);
    pool.incAllIo(bio);
    pool.remapAndIssue(tc, bio, data);
  }

  @KernelSymbol("ll_zero")
  private void zero(Thin tc, NewMapping m, long begin, long end) {
    IoRegion to = new IoRegion(tc.poolBdev(), begin, end - begin);
    pool.copier.zero(new IoRegion[] {to}, (r, w) -> copyComplete(m, r, w));
  }

  @KernelSymbol("schedule_zero")
  private void scheduleZero(Thin tc, long virtual, long data, Cell cell, Bio bio) {
    NewMapping m = next(tc, virtual, data, cell, 1);
    if (!pool.modes.pf.zeroNewBlocks) {
      prepared(m);
    } else if (overwritesBlock(bio)) {
      issueOverwrite(tc, bio, data, m);
    } else {
      zero(tc, m, data * pool.sectorsPerBlock, (data + 1) * pool.sectorsPerBlock);
    }
  }

  /** Quiescing, copying, and this function itself. */
  private static final int COPY_ACTIONS = 3;

  @KernelSymbol("schedule_copy")
  private void scheduleCopy(
      Thin tc, long virtual, DmDev origin, long from, long data, Cell cell, Bio bio, long length) {
    NewMapping m = next(tc, virtual, data, cell, COPY_ACTIONS);
    if (!pool.sharedReads.addWork(m)) {
      completePreparation(m);
    }
    if (overwritesBlock(bio)) {
      issueOverwrite(tc, bio, data, m);
    } else {
      long size = pool.sectorsPerBlock;
      IoRegion source = new IoRegion(origin.bdev(), from * size, length);
      IoRegion to = new IoRegion(tc.poolBdev(), data * size, length);
      pool.copier.copy(source, new IoRegion[] {to}, false, (r, w) -> copyComplete(m, r, w));
      if (length < size && pool.modes.pf.zeroNewBlocks) {
        m.prepareActions.add(1);
        zero(tc, m, data * size + length, (data + 1) * size);
      }
    }
    completePreparation(m);
  }

  @KernelSymbol("schedule_external_copy")
  private void scheduleExternalCopy(Thin tc, long virtual, long data, Cell cell, Bio bio) {
    long begin = virtual * pool.sectorsPerBlock;
    long length = Math.min(pool.sectorsPerBlock, tc.originSize - begin);
    if (begin < tc.originSize) {
      scheduleCopy(tc, virtual, tc.originDev, virtual, data, cell, bio, length);
    } else {
      scheduleZero(tc, virtual, data, cell, bio);
    }
  }

  // ---- blocks of the data device ----------------------------------------------------------------

  @KernelSymbol("check_low_water_mark")
  private void checkLowWater(long free) {
    if (Long.compareUnsigned(free, pool.lowWaterBlocks) <= 0 && !pool.lowWaterTriggered) {
      pool.log("reached low water mark for data device: sending event.");
      pool.lock.lockIrq();
      pool.lowWaterTriggered = true;
      pool.lock.unlockIrq();
      pool.ti.table().event();
    }
  }

  private static MetadataException invalid() {
    return new MetadataException(Errno.EINVAL);
  }

  private long freeDataBlocks() throws MetadataException {
    try {
      return pool.pmd.freeDataBlocks();
    } catch (MetadataException e) {
      pool.modes.operationFailed("dm_pool_get_free_block_count", e);
      throw e;
    }
  }

  /** Mirrors {@code alloc_data_block}. */
  @KernelSymbol("alloc_data_block")
  private long alloc() throws MetadataException {
    if (pool.modes.mode() != PoolMode.WRITE) {
      Warning.at(ALLOC, "alloc_data_block");
      throw invalid();
    }
    long free = freeDataBlocks();
    checkLowWater(free);
    if (free == 0) {
      if (!pool.modes.commit()) {
        throw invalid();
      }
      if (freeDataBlocks() == 0) {
        pool.modes.set(PoolMode.OUT_OF_DATA_SPACE);
        throw new MetadataException(Errno.ENOSPC);
      }
    }
    long block = allocBlock();
    long metadata;
    try {
      metadata = pool.pmd.freeMetadataBlocks();
    } catch (MetadataException e) {
      pool.modes.operationFailed("dm_pool_get_free_metadata_block_count", e);
      throw e;
    }
    if (metadata == 0 && !pool.modes.commit()) {
      throw invalid();
    }
    return block;
  }

  private long allocBlock() throws MetadataException {
    try {
      return pool.pmd.allocDataBlock();
    } catch (MetadataException e) {
      if (e.errno() == Errno.ENOSPC) {
        pool.modes.set(PoolMode.OUT_OF_DATA_SPACE);
      } else {
        pool.modes.operationFailed("dm_pool_alloc_data_block", e);
      }
      throw e;
    }
  }

  /** What becomes of a bio that cannot be served: an error, or it waits and this is OK. */
  @KernelSymbol("should_error_unserviceable_bio")
  private BlkStatus errorOfUnserviceable() {
    return switch (pool.modes.mode()) {
      case WRITE -> {
        DmLog.say(Pool.PREFIX, "bio unserviceable, yet pool is in PM_WRITE mode");
        yield BlkStatus.IOERR;
      }
      case OUT_OF_DATA_SPACE -> pool.modes.pf.errorIfNoSpace ? BlkStatus.NOSPC : BlkStatus.OK;
      case OUT_OF_METADATA_SPACE, READ_ONLY, FAIL -> BlkStatus.IOERR;
    };
  }

  @KernelSymbol("handle_unserviceable_bio")
  private void unserviceable(Bio bio) {
    BlkStatus error = errorOfUnserviceable();
    if (error != BlkStatus.OK) {
      bio.endio(error);
    } else {
      ThinTarget.hook(bio).tc.retryOnResume(bio);
    }
  }

  @KernelSymbol("retry_bios_on_resume")
  private void retryOnResume(Cell cell) {
    BlkStatus error = errorOfUnserviceable();
    if (error != BlkStatus.OK) {
      pool.prison.error(cell, error);
      return;
    }
    BioList bios = new BioList();
    pool.prison.release(cell, bios);
    for (Bio b = bios.pop(); b != null; b = bios.pop()) {
      ThinTarget.hook(b).tc.retryOnResume(b);
    }
  }

  private void allocFailed(String where, Cell cell, MetadataException e) {
    if (e.errno() == Errno.ENOSPC) {
      retryOnResume(cell);
    } else {
      DmLog.say(Pool.PREFIX, where + ": alloc_data_block() failed: error = -" + e.errno());
      pool.cellError(cell);
    }
  }

  // ---- a bio and its block ----------------------------------------------------------------------

  @KernelSymbol("break_sharing")
  private void breakSharing(Thin tc, Bio bio, long block, long shared, Cell cell) {
    long data;
    try {
      data = alloc();
    } catch (MetadataException e) {
      allocFailed("break_sharing", cell, e);
      return;
    }
    scheduleCopy(tc, block, tc.poolDev, shared, data, cell, bio, pool.sectorsPerBlock);
  }

  @KernelSymbol("process_shared_bio")
  private void processShared(Thin tc, Bio bio, long block, long shared, Cell virtualCell) {
    BioPrison.Detained d = pool.prison.detain(dataKey(tc, shared), bio);
    if (d.occupied()) {
      tc.deferNoHolder(virtualCell);
      return;
    }
    if (Pool.isWrite(bio) && bio.size() != 0) {
      breakSharing(tc, bio, block, shared, d.cell());
      tc.deferNoHolder(virtualCell);
    } else {
      ThinTarget.hook(bio).sharedReadEntry = pool.sharedReads.inc();
      pool.incAllIo(bio);
      pool.remapAndIssue(tc, bio, shared);
      pool.issueSharedCell(tc, d.cell(), shared);
      pool.issueSharedCell(tc, virtualCell, shared);
    }
  }

  static CellKey dataKey(Thin tc, long block) {
    return new CellKey(false, tc.td.id(), block, block + 1);
  }

  static CellKey virtualKey(Thin tc, long block) {
    return new CellKey(true, tc.td.id(), block, block + 1);
  }

  @KernelSymbol("provision_block")
  private void provision(Thin tc, Bio bio, long block, Cell cell) {
    if (bio.size() == 0) {
      pool.incAllIo(bio);
      tc.deferNoHolder(cell);
      pool.remapAndIssue(tc, bio, 0);
      return;
    }
    if (!Pool.isWrite(bio)) {
      zeroFill(bio);
      tc.deferNoHolder(cell);
      bio.endio();
      return;
    }
    long data;
    try {
      data = alloc();
    } catch (MetadataException e) {
      allocFailed("provision_block", cell, e);
      return;
    }
    if (tc.originDev != null) {
      scheduleExternalCopy(tc, block, data, cell, bio);
    } else {
      scheduleZero(tc, block, data, cell, bio);
    }
  }

  private static void findFailed(String where, MetadataException e) {
    DmLog.say(Pool.PREFIX, where + ": dm_thin_find_block() failed: error = -" + e.errno());
  }

  /** Mirrors {@code process_cell}. */
  @KernelSymbol("process_cell")
  void processCell(Thin tc, Cell cell) {
    Bio bio = cell.holder();
    long block = pool.blockOf(bio);
    if (tc.requeueMode.readOnce() != 0) {
      pool.prison.error(cell, BlkStatus.DM_REQUEUE);
      return;
    }
    ThinDevice.Found found;
    try {
      found = tc.td.find(block, true);
    } catch (MetadataException e) {
      findFailed("process_cell", e);
      tc.deferNoHolder(cell);
      bio.ioError();
      return;
    }
    if (found == null) {
      if (!Pool.isWrite(bio) && tc.originDev != null) {
        readOrigin(tc, bio, cell);
      } else {
        provision(tc, bio, block, cell);
      }
    } else if (found.shared()) {
      processShared(tc, bio, block, found.block(), cell);
    } else {
      pool.incAllIo(bio);
      pool.remapAndIssue(tc, bio, found.block());
      pool.issueCell(tc, cell, found.block());
    }
  }

  private void readOrigin(Thin tc, Bio bio, Cell cell) {
    pool.incAllIo(bio);
    tc.deferNoHolder(cell);
    if (bio.endSector() <= tc.originSize) {
      pool.remapToOriginAndIssue(tc, bio);
      return;
    }
    zeroFill(bio);
    if (bio.sector() < tc.originSize) {
      bio.setSize((tc.originSize - bio.sector()) << Sectors.SHIFT);
      pool.remapToOriginAndIssue(tc, bio);
    } else {
      bio.endio();
    }
  }

  /** Mirrors {@code process_bio}. */
  @KernelSymbol("process_bio")
  void processBio(Thin tc, Bio bio) {
    BioPrison.Detained d = pool.prison.detain(virtualKey(tc, pool.blockOf(bio)), bio);
    if (!d.occupied()) {
      processCell(tc, d.cell());
    }
  }

  /** Mirrors {@code process_bio_read_only}. */
  @KernelSymbol("process_bio_read_only")
  void processBioReadOnly(Thin tc, Bio bio) {
    processReadOnly(tc, bio, null);
  }

  /** Mirrors {@code process_cell_read_only}. */
  @KernelSymbol("process_cell_read_only")
  void processCellReadOnly(Thin tc, Cell cell) {
    processReadOnly(tc, cell.holder(), cell);
  }

  private void processReadOnly(Thin tc, Bio bio, Cell cell) {
    boolean writes = Pool.isWrite(bio);
    ThinDevice.Found found;
    try {
      found = tc.td.find(pool.blockOf(bio), true);
    } catch (MetadataException e) {
      findFailed("__process_bio_read_only", e);
      deferIfThere(tc, cell);
      bio.ioError();
      return;
    }
    if (found == null) {
      deferIfThere(tc, cell);
      if (writes) {
        unserviceable(bio);
      } else if (tc.originDev != null) {
        pool.incAllIo(bio);
        pool.remapToOriginAndIssue(tc, bio);
      } else {
        zeroFill(bio);
        bio.endio();
      }
    } else if (found.shared() && writes && bio.size() != 0) {
      unserviceable(bio);
      deferIfThere(tc, cell);
    } else {
      pool.incAllIo(bio);
      pool.remapAndIssue(tc, bio, found.block());
      if (cell != null) {
        pool.issueCell(tc, cell, found.block());
      }
    }
  }

  private static void deferIfThere(Thin tc, Cell cell) {
    if (cell != null) {
      tc.deferNoHolder(cell);
    }
  }
}
