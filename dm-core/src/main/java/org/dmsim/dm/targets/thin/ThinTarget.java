package org.dmsim.dm.targets.thin;

import java.util.Deque;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.prison.BioPrison;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.MappedDeviceHandle;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.Completion;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;

/**
 * {@code thin POOL ID [ORIGIN]}: a device whose blocks come from a pool when they are written.
 * Mirrors the target {@code thin} of {@code dm-thin.c}, 6.1.
 */
@DmTargetType(name = "thin", version = "1.22.0")
public final class ThinTarget extends DmTarget {

  /** 16 GiB. */
  private static final long MAX_DISCARD_SECTORS = 2048L * 1024 * 16;

  private Thin tc;

  static EndioHook hook(Bio bio) {
    return perBioData(bio, EndioHook::new);
  }

  static void submit(Bio bio) {
    submitBioRemap(bio);
  }

  // ---- construction -----------------------------------------------------------------------------

  private static TargetError refuse(String why) {
    return new TargetError(EINVAL, why);
  }

  @Override
  @KernelSymbol("thin_ctr")
  public void ctr(String[] argv) throws TargetError {
    PoolTable pools = PoolTable.of(table().disk().part0());
    MappedDeviceHandle md = null;
    pools.mutex.lock();
    try {
      md = open(pools, argv);
    } finally {
      pools.mutex.unlock();
    }
    Pool pool = tc.pool;
    pool.lock.lockIrq();
    if (pool.suspended) {
      pool.lock.unlockIrq();
      pools.mutex.lock();
      tc.td.close();
      pool.dec();
      md.put();
      pools.mutex.unlock();
      throw refuse("Unable to activate thin device while pool is suspended");
    }
    pool.activeThins.add(tc);
    pool.lock.unlockIrq();
    Rcu.synchronize();
    md.put();
  }

  /** With the pools' mutex; the pool's device, which is held. */
  private MappedDeviceHandle open(PoolTable pools, String[] argv) throws TargetError {
    if (argv.length != 2 && argv.length != 3) {
      throw refuse("Invalid argument count");
    }
    tc = new Thin(table().mappedDevice());
    if (argv.length == 3) {
      if (argv[0].equals(argv[2])) {
        throw refuse("Error setting origin device");
      }
      tc.originDev = getDevice(argv[2], false, "Error opening origin device");
    }
    tc.poolDev = getDevice(argv[0], "Error opening pool device");
    tc.id = Scan.kstrtoull(argv[1], "Invalid device id");
    if (Long.compareUnsigned(tc.id, PoolMessages.MAX_ID) > 0) {
      throw refuse("Invalid device id");
    }
    if (!(tc.poolBdev().disk().operations() instanceof MappedDeviceHandle md) || md.hold() != 0) {
      throw refuse("Couldn't get pool mapped device");
    }
    try {
      openInPool(pools.lookup(md));
    } catch (TargetError e) {
      md.put();
      throw e;
    }
    return md;
  }

  private void openInPool(Pool pool) throws TargetError {
    tc.pool = pool;
    if (pool == null) {
      throw refuse("Couldn't find pool object");
    }
    pool.inc();
    try {
      if (pool.modes.mode() == PoolMode.FAIL) {
        throw refuse("Couldn't open thin device, Pool is in fail mode");
      }
      tc.td = ThinDevice.open(pool.pmd, tc.id);
    } catch (MetadataException e) {
      pool.dec();
      throw new TargetError(e.errno(), "Couldn't open thin internal device");
    } catch (TargetError e) {
      pool.dec();
      throw e;
    }
    setMaxIoLen(pool.sectorsPerBlock);
    numFlushBios = 1;
    flushSupported = true;
    accountsRemappedIo = true;
    if (pool.modes.pf.discardEnabled) {
      discardsSupported = true;
      numDiscardBios = 1;
    }
  }

  @Override
  @KernelSymbol("thin_dtr")
  public void dtr() {
    Pool pool = tc.pool;
    pool.lock.lockIrq();
    pool.activeThins.remove(tc);
    pool.lock.unlockIrq();
    Rcu.synchronize();
    tc.put();
    tc.awaitLastPut();
    PoolTable pools = PoolTable.of(table().disk().part0());
    pools.mutex.lock();
    pool.dec();
    tc.td.close();
    putDevice(tc.poolDev);
    if (tc.originDev != null) {
      putDevice(tc.originDev);
    }
    pools.mutex.unlock();
  }

  // ---- I/O --------------------------------------------------------------------------------------

  @Override
  @KernelSymbol("thin_map")
  public MapResult map(Bio bio) {
    bio.setSector(offset(bio.sector()));
    return mapBio(bio);
  }

  /** Sends on what is known to be the device's own; the rest waits for the worker. */
  @KernelSymbol("thin_bio_map")
  private MapResult mapBio(Bio bio) {
    Pool pool = tc.pool;
    hook(bio).begin(tc);
    if (tc.requeueMode.readOnce() != 0) {
      bio.endio(BlkStatus.DM_REQUEUE);
      return MapResult.SUBMITTED;
    }
    if (pool.modes.mode() == PoolMode.FAIL) {
      bio.ioError();
      return MapResult.SUBMITTED;
    }
    if (Pool.isFlush(bio) || Pool.isDiscard(bio)) {
      tc.deferThrottled(bio);
      return MapResult.SUBMITTED;
    }
    long block = pool.blockOf(bio);
    BioPrison.Detained virtual = pool.prison.detain(Provisioning.virtualKey(tc, block), bio);
    if (virtual.occupied()) {
      return MapResult.SUBMITTED;
    }
    ThinDevice.Found found;
    try {
      found = tc.td.find(block, false);
    } catch (MetadataException e) {
      if (e.errno() == Errno.EAGAIN) {
        tc.defer(virtual.cell());
      } else {
        bio.ioError();
        tc.deferNoHolder(virtual.cell());
      }
      return MapResult.SUBMITTED;
    }
    if (found == null || found.shared()) {
      tc.defer(virtual.cell());
      return MapResult.SUBMITTED;
    }
    BioPrison.Detained data = pool.prison.detain(Provisioning.dataKey(tc, found.block()), bio);
    if (data.occupied()) {
      tc.deferNoHolder(virtual.cell());
      return MapResult.SUBMITTED;
    }
    pool.incAllIo(bio);
    tc.deferNoHolder(data.cell());
    tc.deferNoHolder(virtual.cell());
    pool.remap(tc, bio, found.block());
    return MapResult.REMAPPED;
  }

  @Override
  @KernelSymbol("thin_endio")
  public EndIoResult endIo(Bio clone) {
    EndioHook h = hook(clone);
    Pool pool = h.tc.pool;
    if (h.sharedReadEntry != null) {
      Deque<NewMapping> ready = pool.sharedReads.dec(h.sharedReadEntry);
      boolean flags = pool.lock.lockIrqsave();
      ready.forEach(pool.provisioning::completePreparationLocked);
      pool.lock.unlockIrqrestore(flags);
    }
    if (h.allIoEntry != null) {
      Deque<NewMapping> ready = pool.allIo.dec(h.allIoEntry);
      if (!ready.isEmpty()) {
        boolean flags = pool.lock.lockIrqsave();
        pool.preparedDiscards.addAll(ready);
        pool.lock.unlockIrqrestore(flags);
        pool.wakeWorker();
      }
    }
    if (h.cell != null) {
      h.tc.deferNoHolder(h.cell);
    }
    return EndIoResult.DONE;
  }

  // ---- suspend and resume -----------------------------------------------------------------------

  /** Lets the pool's worker do something, and waits; mirrors {@code noflush_work}. */
  @KernelSymbol("noflush_work")
  private void onWorker(Runnable step) {
    Completion done = new Completion("&pw->complete");
    tc.pool.wq.queue(
        new Work(
            "(work_completion)(&pw->worker)",
            () -> {
              step.run();
              done.complete();
            }));
    done.waitFor();
  }

  @Override
  @KernelSymbol("thin_presuspend")
  public void presuspend() {
    if (table().isNoflushSuspending()) {
      onWorker(
          () -> {
            tc.requeueMode.writeOnce(1);
            tc.requeueIo();
          });
    }
  }

  @Override
  @KernelSymbol("thin_postsuspend")
  public void postsuspend() {
    onWorker(() -> tc.requeueMode.writeOnce(0));
  }

  @Override
  @KernelSymbol("thin_preresume")
  public int preresume() {
    if (tc.originDev != null) {
      tc.originSize = tc.originDev.bdev().sectors();
    }
    return 0;
  }

  // ---- what it says -----------------------------------------------------------------------------

  @Override
  @KernelSymbol("thin_status")
  public String status(StatusType type) {
    if (tc.pool.modes.mode() == PoolMode.FAIL) {
      return "Fail";
    }
    if (type == StatusType.TABLE) {
      String origin = tc.originDev == null ? "" : " " + tc.originDev.name();
      return tc.poolDev.name() + " " + Long.toUnsignedString(tc.id) + origin;
    }
    String asks = "dm_thin_get_mapped_count";
    try {
      long mapped = tc.td.mappedCount();
      asks = "dm_thin_get_highest_mapped_block";
      long highest = tc.td.highestMapped();
      long size = tc.pool.sectorsPerBlock;
      return mapped * size + " " + (highest < 0 ? "-" : String.valueOf((highest + 1) * size - 1));
    } catch (MetadataException e) {
      DmLog.say(Pool.PREFIX, asks + " returned -" + e.errno());
      return "Error";
    }
  }

  @Override
  @KernelSymbol("thin_iterate_devices")
  public int iterateDevices(DeviceCallout fn) {
    Pool pool = tc.pool;
    ThinPoolTarget control = pool.ti;
    if (control == null) {
      return 0;
    }
    long blocks = control.length() / pool.sectorsPerBlock;
    return blocks == 0 ? 0 : fn.device(this, tc.poolDev, 0, pool.sectorsPerBlock * blocks);
  }

  @Override
  @KernelSymbol("thin_io_hints")
  public void ioHints(QueueLimits limits) {
    if (tc.pool.modes.pf.discardEnabled) {
      limits.discardGranularity = tc.pool.sectorsPerBlock << 9;
      limits.maxDiscardSectors = MAX_DISCARD_SECTORS;
    }
  }
}
