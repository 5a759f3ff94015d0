package org.dmsim.dm.targets.thin;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.core.BlkLib;
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
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetFeature;
import org.dmsim.report.KernelSymbol;

/**
 * {@code thin-pool METADATA DATA BLOCK LOWWATER [COUNT FEATURE...]}: a table of a pool; {@code
 * struct pool_c} of {@code dm-thin.c}, 6.1. Bios to the pool itself go to its data device.
 */
@DmTargetType(
    name = "thin-pool",
    version = "1.22.0",
    features = {TargetFeature.SINGLETON, TargetFeature.ALWAYS_WRITEABLE, TargetFeature.IMMUTABLE})
public final class ThinPoolTarget extends DmTarget {

  /** {@code DATA_DEV_BLOCK_SIZE_MIN_SECTORS}. */
  private static final long MIN_BLOCK = 64 * 1024 >> 9;

  /** {@code DATA_DEV_BLOCK_SIZE_MAX_SECTORS}. */
  private static final long MAX_BLOCK = 1024L * 1024 * 1024 >> 9;

  /** {@code THIN_METADATA_MAX_SECTORS_WARNING}. */
  private static final long WARN_SECTORS = 16L * (1024 * 1024 * 1024 >> 9);

  /** Four MiB of metadata. */
  private static final long MAX_THRESHOLD = 1024;

  private PoolTable pools;
  private Pool pool;
  private DmDev metadata;
  private DmDev data;
  private long lowWater;
  private PoolFeatures requested;
  private PoolFeatures adjusted;

  /** What its table asks for. */
  PoolFeatures requested() {
    return requested;
  }

  /** The same, with what the data device cannot do taken away. */
  PoolFeatures adjusted() {
    return adjusted;
  }

  long lowWaterBlocks() {
    return lowWater;
  }

  private static TargetError refuse(String why) {
    return new TargetError(EINVAL, why);
  }

  // ---- construction -----------------------------------------------------------------------------

  @Override
  @KernelSymbol("pool_ctr")
  public void ctr(String[] argv) throws TargetError {
    pools = PoolTable.of(table().disk().part0());
    pools.mutex.lock();
    try {
      construct(argv);
    } finally {
      pools.mutex.unlock();
    }
  }

  private void construct(String[] argv) throws TargetError {
    if (argv.length < 4) {
      throw refuse("Invalid argument count");
    }
    if (argv[0].equals(argv[1])) {
      throw refuse("Error setting metadata or data device");
    }
    ArgSet args = new ArgSet(argv);
    args.consume(4);
    requested = PoolFeatures.parse(args);
    boolean readOnly = requested.mode == PoolMode.READ_ONLY;
    metadata = getDevice(argv[0], !readOnly, "Error opening metadata block device");
    warnIfTooBig(metadata.bdev());
    data = getDevice(argv[1], true, "Error getting data device");
    final long block = blockSize(argv[2]);
    lowWater = Scan.kstrtoull(argv[3], "Invalid low water mark");
    boolean[] created = new boolean[1];
    pool =
        pools.find(table().mappedDevice(), metadata.bdev(), data.bdev(), block, readOnly, created);
    if (!created[0] && requested.discardEnabled != pool.modes.pf.discardEnabled) {
      pool.dec();
      throw refuse("Discard support cannot be disabled once enabled");
    }
    adjusted = requested.copy();
    numFlushBios = 1;
    if (requested.discardEnabled && requested.discardPassdown) {
      numDiscardBios = 1;
      discardsSupported = true;
    }
    try {
      pool.pmd.onThreshold(threshold(), this::metadataLow);
    } catch (MetadataException e) {
      pool.dec();
      throw new TargetError(e.errno(), "Error registering metadata threshold");
    }
    pool.pmd.onCommit(this::flushData);
  }

  private static long blockSize(String word) throws TargetError {
    String error = "Invalid block size";
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
          Pool.PREFIX,
          ("Metadata device " + bdev.name() + " is larger than " + MetadataSpaceMap.MAX_SECTORS)
              + " sectors: excess space will not be used.");
    }
  }

  @KernelSymbol("metadata_low_callback")
  private void metadataLow() {
    pool.log("reached low water mark for metadata device: sending event.");
    pool.ti.table().event();
  }

  /** Data first: a block that the metadata name must not be lost in a crash. */
  @KernelSymbol("metadata_pre_commit_callback")
  private int flushData() {
    return BlkLib.issueFlush(pool.dataDev);
  }

  private static long metadataBlocks(BlockDevice bdev) {
    return Math.min(bdev.sectors(), MetadataSpaceMap.MAX_SECTORS) / MetadataSpaceMap.BLOCK_SECTORS;
  }

  /** Mirrors {@code calc_metadata_threshold}: blocks. */
  private long threshold() {
    return Math.min(MAX_THRESHOLD, metadataBlocks(metadata.bdev()) / 4);
  }

  @Override
  @KernelSymbol("pool_dtr")
  public void dtr() {
    pools.mutex.lock();
    if (pool.ti == this) {
      pool.ti = null;
    }
    pool.dec();
    putDevice(metadata);
    putDevice(data);
    pools.mutex.unlock();
  }

  // ---- I/O to the pool itself -------------------------------------------------------------------

  @Override
  @KernelSymbol("pool_map")
  public MapResult map(Bio bio) {
    pool.lock.lockIrq();
    bio.setDev(data.bdev());
    pool.lock.unlockIrq();
    return MapResult.REMAPPED;
  }

  // ---- suspend and resume -----------------------------------------------------------------------

  @Override
  @KernelSymbol("pool_preresume")
  public int preresume() {
    pool.modes.bind(this);
    int r = resize();
    return r != 0 && pool.modes.mode() == PoolMode.FAIL ? 0 : r;
  }

  private int resize() {
    try {
      boolean grown = resizeData();
      grown |= resizeMetadata();
      if (grown) {
        pool.modes.commit();
      }
      return 0;
    } catch (MetadataException e) {
      return -e.errno();
    }
  }

  private interface Size {
    long blocks() throws MetadataException;
  }

  private long known(Size size, String what) throws MetadataException {
    try {
      return size.blocks();
    } catch (MetadataException e) {
      pool.log("failed to retrieve " + what + " device size");
      throw e;
    }
  }

  /** Mirrors {@code maybe_resize_data_dev}: whether it grew. */
  @KernelSymbol("maybe_resize_data_dev")
  private boolean resizeData() throws MetadataException {
    long size = Long.divideUnsigned(length(), pool.sectorsPerBlock);
    long known = known(pool.pmd::dataBlocks, "data");
    if (size < known) {
      pool.log("pool target (" + size + " blocks) too small: expected " + known);
      throw new MetadataException(EINVAL);
    }
    if (size == known) {
      return false;
    }
    if (pool.pmd.needsCheck()) {
      pool.log("unable to grow the data device until repaired.");
      return false;
    }
    if (known != 0) {
      pool.log("growing the data device from " + known + " to " + size + " blocks");
    }
    try {
      pool.pmd.resizeData(size);
    } catch (MetadataException e) {
      pool.modes.operationFailed("dm_pool_resize_data_dev", e);
      throw e;
    }
    return true;
  }

  /** Mirrors {@code maybe_resize_metadata_dev}: whether they grew. */
  @KernelSymbol("maybe_resize_metadata_dev")
  private boolean resizeMetadata() throws MetadataException {
    long size = metadataBlocks(pool.mdDev);
    long known = known(pool.pmd::metadataBlocks, "metadata");
    if (size < known) {
      pool.log("metadata device (" + size + " blocks) too small: expected " + known);
      throw new MetadataException(EINVAL);
    }
    if (size == known) {
      return false;
    }
    if (pool.pmd.needsCheck()) {
      pool.log("unable to grow the metadata device until repaired.");
      return false;
    }
    warnIfTooBig(pool.mdDev);
    pool.log("growing the metadata device from " + known + " to " + size + " blocks");
    if (pool.modes.mode() == PoolMode.OUT_OF_METADATA_SPACE) {
      pool.modes.set(PoolMode.WRITE);
    }
    try {
      pool.pmd.resizeMetadata(size);
    } catch (MetadataException e) {
      pool.modes.operationFailed("dm_pool_resize_metadata_dev", e);
      throw e;
    }
    return true;
  }

  @KernelSymbol("pool_resume_active_thins")
  private void resumeThins() {
    for (Thin tc = pool.activeThins.getFirst(); tc != null; tc = pool.activeThins.getNext(tc)) {
      tc.md.internalResume();
    }
  }

  @Override
  @KernelSymbol("pool_resume")
  public void resume() {
    pool.requeueBios();
    resumeThins();
    pool.lock.lockIrq();
    pool.lowWaterTriggered = false;
    pool.suspended = false;
    pool.lock.unlockIrq();
    pool.startWaker();
  }

  @Override
  @KernelSymbol("pool_presuspend")
  public void presuspend() {
    pool.lock.lockIrq();
    pool.suspended = true;
    pool.lock.unlockIrq();
    for (Thin tc = pool.activeThins.getFirst(); tc != null; tc = pool.activeThins.getNext(tc)) {
      tc.md.internalSuspendNoflush();
    }
  }

  @Override
  @KernelSymbol("pool_presuspend_undo")
  public void presuspendUndo() {
    resumeThins();
    pool.lock.lockIrq();
    pool.suspended = false;
    pool.lock.unlockIrq();
  }

  @Override
  @KernelSymbol("pool_postsuspend")
  public void postsuspend() {
    pool.waker.cancelSync();
    pool.noSpaceTimeout.cancelSync();
    pool.wq.flush();
    pool.modes.commit();
  }

  // ---- what it says -----------------------------------------------------------------------------

  @Override
  public int message(String[] argv, StringBuilder result) {
    return new PoolMessages(pool).handle(argv);
  }

  @Override
  @KernelSymbol("pool_status")
  public String status(StatusType type, boolean noflush) {
    if (type == StatusType.TABLE) {
      return (metadata.name() + " " + data.name() + " " + pool.sectorsPerBlock)
          + (" " + Long.toUnsignedString(lowWater) + " " + requested.describe());
    }
    if (pool.modes.mode() == PoolMode.FAIL) {
      return "Fail";
    }
    if (!noflush && !table().isSuspended()) {
      pool.modes.commit();
    }
    try {
      return info();
    } catch (MetadataException e) {
      return "Error";
    }
  }

  private long asked(String function, Size size) throws MetadataException {
    try {
      return size.blocks();
    } catch (MetadataException e) {
      pool.log(function + " returned -" + e.errno());
      throw e;
    }
  }

  private String info() throws MetadataException {
    PoolMetadata pmd = pool.pmd;
    long transaction = asked("dm_pool_get_metadata_transaction_id", pmd::transaction);
    long freeMetadata = asked("dm_pool_get_free_metadata_block_count", pmd::freeMetadataBlocks);
    long allMetadata = asked("dm_pool_get_metadata_dev_size", pmd::metadataBlocks);
    long freeData = asked("dm_pool_get_free_block_count", pmd::freeDataBlocks);
    long allData = asked("dm_pool_get_data_dev_size", pmd::dataBlocks);
    long held = asked("dm_pool_get_metadata_snap", pmd::heldRoot);
    PoolFeatures pf = pool.modes.pf;
    return Long.toUnsignedString(transaction)
        + (" " + (allMetadata - freeMetadata) + "/" + allMetadata)
        + (" " + (allData - freeData) + "/" + allData)
        + (" " + (held != 0 ? Long.toUnsignedString(held) : "-"))
        + (" " + modeWord(pool.modes.mode()))
        + (" " + discardWord(pf))
        + (pf.errorIfNoSpace ? " error_if_no_space" : " queue_if_no_space")
        + (pmd.needsCheck() ? " needs_check " : " - ")
        + (threshold() + " ");
  }

  private static String modeWord(PoolMode m) {
    if (m == PoolMode.OUT_OF_DATA_SPACE) {
      return "out_of_data_space";
    }
    return m.isReadOnly() ? "ro" : "rw";
  }

  private static String discardWord(PoolFeatures pf) {
    if (!pf.discardEnabled) {
      return "ignore_discard";
    }
    return pf.discardPassdown ? "discard_passdown" : "no_discard_passdown";
  }

  @Override
  @KernelSymbol("pool_iterate_devices")
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, data, 0, length());
  }

  private static boolean isFactor(long size, long n) {
    return size % n == 0;
  }

  @Override
  @KernelSymbol("pool_io_hints")
  public void ioHints(QueueLimits limits) {
    long size = pool.sectorsPerBlock;
    if (limits.maxSectors < size) {
      while (!isFactor(size, limits.maxSectors)) {
        if ((limits.maxSectors & (limits.maxSectors - 1)) == 0) {
          limits.maxSectors--;
        }
        limits.maxSectors = Long.highestOneBit(limits.maxSectors);
      }
    }
    long optimal = limits.ioOpt >> 9;
    if (optimal < size || !isFactor(optimal, size)) {
      limits.setIoMin((isFactor(size, limits.maxSectors) ? limits.maxSectors : size) << 9);
      limits.ioOpt = size << 9;
    }
    if (!adjusted.discardEnabled) {
      limits.discardGranularity = 0;
      return;
    }
    disablePassdownIfNotSupported();
  }

  @KernelSymbol("disable_passdown_if_not_supported")
  private void disablePassdownIfNotSupported() {
    if (!adjusted.discardPassdown) {
      return;
    }
    long most = data.bdev().queue().limits().maxDiscardSectors;
    String reason = null;
    if (most == 0) {
      reason = "discard unsupported";
    } else if (most < pool.sectorsPerBlock) {
      reason = "max discard sectors smaller than a block";
    }
    if (reason != null) {
      DmLog.say(
          Pool.PREFIX,
          "Data device (" + data.bdev().name() + ") " + reason + ": Disabling discard passdown.");
      adjusted.discardPassdown = false;
    }
  }
}
