package org.dmsim.dm.targets.thin;

import java.util.ArrayDeque;
import java.util.Deque;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.kcopyd.KcopydClient;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.prison.BioPrison;
import org.dmsim.dm.prison.Cell;
import org.dmsim.dm.prison.DeferredSet;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.MappedDeviceHandle;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.SpinLock;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.workqueue.DelayedWork;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * A pool: {@code struct pool} of {@code dm-thin.c}, 6.1. It outlives the tables that name it; one
 * of them, the one that was resumed last, has control. What is done with it stands beside: {@link
 * PoolWorker}, {@link PoolModes}, {@link Provisioning}, {@link Discards}.
 */
final class Pool {

  static final String PREFIX = "thin";
  private static final int MAPPING_POOL_SIZE = 1024;
  private static final String PLACE = "drivers/md/dm-thin.c";

  private final PoolTable table;
  final MappedDeviceHandle md;
  final BlockDevice mdDev;
  final BlockDevice dataDev;
  final PoolMetadata pmd;
  final long sectorsPerBlock;
  final BioPrison prison = new BioPrison();
  final KcopydClient copier = new KcopydClient();
  final Workqueue wq = Workqueue.allocOrdered("dm-thin", Workqueue.MEM_RECLAIM);
  final Throttle throttle = new Throttle();
  final SpinLock lock = new SpinLock("&pool->lock");
  final BioList deferredFlushBios = new BioList();
  final BioList deferredFlushCompletions = new BioList();
  final Deque<NewMapping> preparedMappings = new ArrayDeque<>();
  final Deque<NewMapping> preparedDiscards = new ArrayDeque<>();
  final Deque<NewMapping> preparedDiscardsPt2 = new ArrayDeque<>();
  final ActiveThins activeThins = new ActiveThins();
  final DeferredSet<NewMapping> sharedReads = new DeferredSet<>();
  final DeferredSet<NewMapping> allIo = new DeferredSet<>();
  final Mempool<NewMapping> mappingPool =
      new Mempool<>("dm_thin_new_mapping", null, MAPPING_POOL_SIZE, NewMapping::new, m -> {});
  final PoolModes modes = new PoolModes(this);
  final Provisioning provisioning = new Provisioning(this);
  final Discards discards = new Discards(this);
  private final PoolWorker work = new PoolWorker(this);
  private final Work worker = new Work("(work_completion)(&pool->worker)", work::doWorker);
  final DelayedWork waker =
      new DelayedWork("(work_completion)(&(&pool->waker)->work)", work::doWaker, true);
  final DelayedWork noSpaceTimeout =
      new DelayedWork(
          "(work_completion)(&(&pool->no_space_timeout)->work)", modes::doNoSpaceTimeout);

  /** The target of the table that has control; null for none. */
  ThinPoolTarget ti;

  long lowWaterBlocks;
  boolean lowWaterTriggered;
  boolean suspended = true;
  private NewMapping nextMapping;
  private int refCount = 1;

  private Pool(
      PoolTable table,
      MappedDeviceHandle md,
      BlockDevice mdDev,
      BlockDevice dataDev,
      PoolMetadata pmd,
      long blockSize) {
    this.table = table;
    this.md = md;
    this.mdDev = mdDev;
    this.dataDev = dataDev;
    this.pmd = pmd;
    this.sectorsPerBlock = blockSize;
  }

  // ---- coming and going -------------------------------------------------------------------------

  /** Mirrors {@code pool_create}; the table's mutex is held. */
  @KernelSymbol("pool_create")
  static Pool create(
      PoolTable table,
      MappedDeviceHandle md,
      BlockDevice mdDev,
      BlockDevice dataDev,
      long blockSize,
      boolean readOnly)
      throws TargetError {
    PoolMetadata pmd;
    try {
      pmd = PoolMetadata.open(mdDev, blockSize, !readOnly);
    } catch (MetadataException e) {
      throw new TargetError(e.errno(), "Error creating metadata object");
    }
    Pool pool = new Pool(table, md, mdDev, dataDev, pmd, blockSize);
    pool.work.committedNow();
    table.insert(pool);
    return pool;
  }

  /** Mirrors {@code __pool_inc}. */
  void inc() {
    refCount++;
  }

  /** Mirrors {@code __pool_dec}; the table's mutex is held. */
  @KernelSymbol("__pool_dec")
  void dec() {
    KernelBug.on(refCount == 0, PLACE);
    if (--refCount == 0) {
      destroy();
    }
  }

  @KernelSymbol("__pool_destroy")
  private void destroy() {
    table.remove(this);
    if (!pmd.close()) {
      DmLog.say(PREFIX, "__pool_destroy: dm_pool_metadata_close() failed.");
    }
    prison.destroy();
    copier.destroy();
    waker.cancelSync();
    noSpaceTimeout.cancelSync();
    wq.destroy();
    if (nextMapping != null) {
      mappingPool.free(nextMapping);
    }
    mappingPool.exit();
  }

  // ---- small things -----------------------------------------------------------------------------

  String name() {
    return md.deviceName();
  }

  void log(String text) {
    DmLog.say(PREFIX, name() + ": " + text);
  }

  /** Mirrors {@code wake_worker}. */
  void wakeWorker() {
    wq.queue(worker);
  }

  /** Mirrors {@code do_waker}. */
  void startWaker() {
    work.doWaker();
  }

  /** Mirrors {@code ensure_next_mapping}: false if there is no memory now. */
  boolean ensureNextMapping() {
    if (nextMapping == null) {
      nextMapping = mappingPool.alloc(Gfp.ATOMIC);
    }
    return nextMapping != null;
  }

  /** Mirrors {@code get_next_mapping}. */
  NewMapping takeNextMapping() {
    NewMapping m = nextMapping;
    KernelBug.on(m == null, PLACE);
    m.clear();
    nextMapping = null;
    return m;
  }

  void cellError(Cell cell) {
    prison.error(cell, modes.ioErrorCode());
  }

  /** Mirrors {@code requeue_bios}: what waits for a resume is tried again. */
  @KernelSymbol("requeue_bios")
  void requeueBios() {
    Rcu.readLock();
    for (Thin tc = activeThins.first(); tc != null; tc = activeThins.after(tc)) {
      tc.lock.lockIrq();
      tc.deferredBios.merge(tc.retryOnResume);
      tc.lock.unlockIrq();
    }
    Rcu.readUnlock();
  }

  /** Mirrors {@code error_retry_list_with_code}. */
  @KernelSymbol("error_retry_list_with_code")
  void errorRetryList(BlkStatus status) {
    Rcu.readLock();
    for (Thin tc = activeThins.first(); tc != null; tc = activeThins.after(tc)) {
      tc.errorList(tc.retryOnResume, status);
    }
    Rcu.readUnlock();
  }

  // ---- sending bios on --------------------------------------------------------------------------

  /** Mirrors {@code get_bio_block}. */
  long blockOf(Bio bio) {
    return Long.divideUnsigned(bio.sector(), sectorsPerBlock);
  }

  static boolean isFlush(Bio bio) {
    return bio.hasOpf(Opf.REQ_PREFLUSH | Opf.REQ_FUA);
  }

  static boolean isDiscard(Bio bio) {
    return bio.op() == Opf.REQ_OP_DISCARD;
  }

  static boolean isWrite(Bio bio) {
    return Opf.isWrite(bio.opf());
  }

  /** Mirrors {@code remap}. */
  void remap(Thin tc, Bio bio, long block) {
    bio.setDev(tc.poolBdev());
    bio.setSector(block * sectorsPerBlock + Long.remainderUnsigned(bio.sector(), sectorsPerBlock));
  }

  /** Mirrors {@code inc_all_io_entry}. */
  void incAllIo(Bio bio) {
    if (!isDiscard(bio)) {
      ThinTarget.hook(bio).allIoEntry = allIo.inc();
    }
  }

  private static boolean triggersCommit(Thin tc, Bio bio) {
    return isFlush(bio) && tc.td.changedThisTransaction();
  }

  /** Mirrors {@code issue}: a flush goes on once the metadata are committed. */
  @KernelSymbol("issue")
  void issue(Thin tc, Bio bio) {
    if (!triggersCommit(tc, bio)) {
      ThinTarget.submit(bio);
    } else {
      afterCommit(tc, bio, deferredFlushBios);
    }
  }

  /** Mirrors {@code complete_overwrite_bio}: a FUA write ends once the metadata are committed. */
  @KernelSymbol("complete_overwrite_bio")
  void completeOverwrite(Thin tc, Bio bio) {
    if (!triggersCommit(tc, bio)) {
      bio.endio();
    } else {
      afterCommit(tc, bio, deferredFlushCompletions);
    }
  }

  private void afterCommit(Thin tc, Bio bio, BioList list) {
    if (tc.td.abortedChanges()) {
      bio.ioError();
      return;
    }
    lock.lockIrq();
    list.add(bio);
    lock.unlockIrq();
  }

  void remapAndIssue(Thin tc, Bio bio, long block) {
    remap(tc, bio, block);
    issue(tc, bio);
  }

  void remapToOriginAndIssue(Thin tc, Bio bio) {
    bio.setDev(tc.originDev.bdev());
    issue(tc, bio);
  }

  /** Mirrors {@code inc_remap_and_issue_cell}: who waited goes where the holder went. */
  @KernelSymbol("inc_remap_and_issue_cell")
  void issueCell(Thin tc, Cell cell, long block) {
    issueCell(tc, cell, block, false);
  }

  /** Mirrors {@code remap_and_issue_shared_cell}: reads only, which hold the block's sharing. */
  @KernelSymbol("remap_and_issue_shared_cell")
  void issueSharedCell(Thin tc, Cell cell, long block) {
    issueCell(tc, cell, block, true);
  }

  private void issueCell(Thin tc, Cell cell, long block, boolean shared) {
    BioList defer = new BioList();
    BioList issue = new BioList();
    prison.visitRelease(
        c -> {
          for (Bio b = c.bios().pop(); b != null; b = c.bios().pop()) {
            if ((shared && isWrite(b)) || isFlush(b) || isDiscard(b)) {
              defer.add(b);
            } else {
              if (shared) {
                ThinTarget.hook(b).sharedReadEntry = sharedReads.inc();
              }
              incAllIo(b);
              issue.add(b);
            }
          }
        },
        cell);
    for (Bio b = defer.pop(); b != null; b = defer.pop()) {
      tc.defer(b);
    }
    for (Bio b = issue.pop(); b != null; b = issue.pop()) {
      remapAndIssue(tc, b, block);
    }
  }
}
