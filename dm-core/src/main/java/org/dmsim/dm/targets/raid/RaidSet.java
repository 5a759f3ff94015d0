package org.dmsim.dm.targets.raid;

import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioSet;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetPolicy;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Shared;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.PlainBoolean;
import org.dmsim.memory.PlainInt;
import org.dmsim.memory.PlainLong;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SharedRef;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;
import org.dmsim.timer.Timer;
import org.dmsim.version.KernelPolicies;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/** A set of disks under md: {@code struct mddev}, with its flushes, which all levels share. */
final class RaidSet extends Shared {

  /** {@code MaxSector}: all of it. */
  static final long MAX_SECTOR = -1;

  /** {@code DEFAULT_SAFEMODE_DELAY}: jiffies. */
  private static final long SAFEMODE_DELAY = 200L * Jiffies.HZ / 1000 + 1;

  private static final BioEndIo END_FLUSH = RaidSet::endFlush;

  final RaidDisk[] disks;

  /** What it is: what the table asks for, or what its superblocks say it still is. */
  RaidType type;

  /** Sectors of a chunk; 0 for none. */
  int chunkSectors;

  /** Sectors of each disk that are used. */
  long devSectors;

  /** Sectors of the set, as its superblocks have it. */
  long arraySectors;

  /** How often the superblocks were written; 0 before the first one was read. */
  long events;

  /** Up to where the set is in sync; {@link #MAX_SECTOR} for all of it. */
  final PlainLong recoveryCp = new PlainLong("mddev->recoveryCp", MAX_SECTOR);

  /** Whether there are superblocks. */
  boolean persistent;

  /** Whether all of its superblocks are new. */
  boolean firstUse;

  /** Whether there is to be a bitmap. */
  boolean hasBitmap;

  /** Whether nothing is written: before it is resumed for the first time. */
  final PlainBoolean readOnly = new PlainBoolean("mddev->readOnly", true);

  /** Whether nobody has written for a while, as the superblocks say. */
  final PlainBoolean inSync = new PlainBoolean("mddev->inSync", true);

  /** How many places have no disk that is in sync. */
  final PlainInt degraded = new PlainInt("mddev->degraded", 0);

  /** {@code MD_BROKEN}: the last disk failed. */
  final PlainBoolean broken = new PlainBoolean("mddev->broken", false);

  final PlainInt suspended = new PlainInt("mddev->suspended", 0);

  /** {@code MD_ALLOW_SB_UPDATE}: whoever suspends it waits for superblocks to be written. */
  final PlainBoolean mayUpdate = new PlainBoolean("mddev->mayUpdate", false);

  /** Whether the bitmap was read. */
  final PlainBoolean isLoaded = new PlainBoolean("mddev->isLoaded", false);

  final SharedInt safemode = new SharedInt("mddev->safemode", 0);
  final Mutex reconfig = new Mutex("&mddev->reconfig_mutex");
  final SpinLock lock = new SpinLock("&mddev->lock");
  final WaitQueue sbWait = new WaitQueue("&mddev->sb_wait");
  final Superblocks superblocks = new Superblocks(this);
  final Recovery recovery = new Recovery(this);
  final Workqueue miscWq = Workqueue.alloc("md_misc", 0);
  MdBitmap bitmap;

  /** Null for levels that need none. */
  MdThread thread;

  private final Workqueue mdWq;
  private final Runnable tableEvent;
  private final SharedInt writesPending = new SharedInt("mddev->writes_pending", 0);
  private final Timer safemodeTimer =
      new Timer("(&mddev->safemode_timer)", this::safemodeTimeout, true);
  private final Work eventWork = new Work("(work_completion)(&mddev->event_work)", this::tellEvent);
  private final SharedRef<Bio> flushBio = new SharedRef<>("mddev->flush_bio", null);
  private final SharedInt flushPending = new SharedInt("mddev->flush_pending", 0);
  private final BioSet bios = new BioSet("bio", BioSet.BIO_POOL_SIZE);
  private final Work submitFlushes =
      new Work("(work_completion)(&mddev->flush_work)", this::submitFlushes);
  private final Work submitFlushData =
      new Work("(work_completion)(&mddev->flush_work)", this::submitFlushData);
  final Personality personality;

  private final KernelPolicies kernel;

  /** Whether a bio of its own counts as done before it is given back; an old bug. */
  final boolean tellsBeforePut;

  RaidSet(
      RaidType type,
      RaidDisk[] disks,
      int chunkSectors,
      int stripes,
      Runnable tableEvent,
      KernelPolicies kernel) {
    super("mddev");
    this.kernel = kernel;
    this.tellsBeforePut = kernel.has(TargetPolicy.RAID_TELLS_BEFORE_PUT);
    this.type = type;
    this.disks = disks;
    this.chunkSectors = chunkSectors;
    this.tableEvent = tableEvent;
    mdWq = Workqueue.alloc("md", Workqueue.MEM_RECLAIM);
    personality =
        switch (type.level()) {
          case 0 -> new Raid0(this);
          case 1 -> new Raid1(this);
          default -> new Raid456(this, stripes);
        };
  }

  /** Says that the personality did not run, and refuses the table; {@code md_run}. */
  static TargetError failed(TargetError why) {
    DmLog.print("md: pers->run() failed ...");
    return new TargetError(why.errno(), "Failed to run raid array");
  }

  int disksThere() {
    int n = 0;
    for (RaidDisk d : disks) {
      n += d.isThere() ? 1 : 0;
    }
    return n;
  }

  int usableDisks() {
    int n = 0;
    for (RaidDisk d : disks) {
      n += d.isUsable() ? 1 : 0;
    }
    return n;
  }

  /** Mirrors {@code md_stop}. */
  @KernelSymbol("md_stop")
  void destroy() {
    if (kernel.has(TargetPolicy.RAID_WRITES_AT_STOP)) {
      lastWrites();
    }
    if (thread != null) {
      thread.stop();
    }
    safemodeTimer.delSync();
    eventWork.flush();
    personality.free();
    miscWq.destroy();
    mdWq.destroy();
    superblocks.destroy();
    bios.exit();
  }

  /** {@code mddev_unlock}: its thread looks again whether there is something to do. */
  @KernelSymbol("mddev_unlock")
  void unlock() {
    reconfig.unlock();
    if (thread != null) {
      thread.wake();
    }
    sbWait.wakeUp();
  }

  /** {@code rs_is_recovering}. */
  boolean isRecovering() {
    return Long.compareUnsigned(recoveryCp.get(), devSectors) < 0;
  }

  // ---- events and errors ------------------------------------------------------------------------

  private void tellEvent() {
    tableEvent.run();
  }

  /** Lets those know who wait for events; any context. */
  void event() {
    miscWq.queue(eventWork);
  }

  /** An I/O of a disk ended; {@code rdev_dec_pending}. */
  void disksIoEnded(RaidDisk disk) {
    if (disk.pending.addReturn(-1) == 0 && disk.isFaulty()) {
      recovery.needed();
      thread.wake();
    }
  }

  /** A disk failed; mirrors {@code md_error}. Any context. */
  @KernelSymbol("md_error")
  void error(RaidDisk disk) {
    if (disk.isFaulty() || thread == null) {
      return;
    }
    personality.error(disk);
    if (degraded.get() != 0 && !broken.get()) {
      recovery.bits.set(Recovery.RECOVER);
    }
    recovery.bits.set(Recovery.INTR);
    if (!broken.get()) {
      recovery.needed();
      thread.wake();
    }
    event();
  }

  // ---- writes -----------------------------------------------------------------------------------

  /**
   * Before a write: a set that its superblocks call clean is called dirty first; mirrors {@code
   * md_write_start}.
   */
  @KernelSymbol("md_write_start")
  boolean writeStart() {
    for (; ; ) {
      writesPending.add(1);
      safemode.writeOnce(0);
      if (inSync.get()) {
        lock.lock();
        if (inSync.get()) {
          inSync.set(false);
          superblocks.changedClean();
          superblocks.mustBeWritten();
          thread.wake();
        }
        lock.unlock();
      }
      if (!persistent) {
        return true;
      }
      sbWait.waitEvent(() -> !superblocks.isPending() || suspended.get() != 0);
      if (!superblocks.isPending()) {
        return true;
      }
      writesPending.add(-1);
      sbWait.waitEvent(() -> suspended.get() == 0);
    }
  }

  /** A part of a write that began; {@code md_write_inc}. */
  void writeInc() {
    writesPending.add(1);
  }

  /** After a write; mirrors {@code md_write_end}. */
  @KernelSymbol("md_write_end")
  void writeEnd() {
    writesPending.add(-1);
    if (!persistent) {
      return;
    }
    long now = Jiffies.now();
    long rounded = (now + SAFEMODE_DELAY - 1) / SAFEMODE_DELAY * SAFEMODE_DELAY;
    safemodeTimer.mod((rounded + SAFEMODE_DELAY + 1) * Jiffies.NANOSECONDS);
  }

  @KernelSymbol("md_safemode_timeout")
  private void safemodeTimeout() {
    safemode.writeOnce(1);
    thread.wake();
  }

  /** Nobody writes: the superblocks may call it clean. Mirrors {@code set_in_sync}. */
  @KernelSymbol("set_in_sync")
  void setInSync() {
    lock.lock();
    if (!inSync.get() && writesPending.readOnce() == 0) {
      inSync.set(true);
      superblocks.changedClean();
    }
    lock.unlock();
  }

  // ---- suspend and resume -----------------------------------------------------------------------

  /** Mirrors {@code mddev_suspend}; the caller holds the set's lock. */
  @KernelSymbol("mddev_suspend")
  void suspend() {
    suspended.set(suspended.get() + 1);
    if (suspended.get() != 1) {
      return;
    }
    sbWait.wakeUp();
    mayUpdate.set(true);
    personality.quiesce(true);
    mayUpdate.set(false);
  }

  /** Mirrors {@code mddev_resume}. */
  @KernelSymbol("mddev_resume")
  void resume() {
    suspended.set(suspended.get() - 1);
    if (suspended.get() != 0) {
      return;
    }
    sbWait.wakeUp();
    personality.quiesce(false);
    if (thread != null) { // else nobody is there who would look, or find anything
      recovery.needed();
      thread.wake();
    }
    recovery.wakeSyncThread();
  }

  /** Mirrors {@code md_stop_writes}. */
  @KernelSymbol("md_stop_writes")
  void stopWrites() {
    reconfig.lock();
    recovery.bits.set(Recovery.FROZEN);
    recovery.interrupt();
    lastWrites();
    unlock();
  }

  /** Mirrors {@code __md_stop_writes}. */
  @KernelSymbol("__md_stop_writes")
  private void lastWrites() {
    safemodeTimer.delSync();
    personality.quiesce(true);
    personality.quiesce(false);
    if (bitmap != null) {
      bitmap.flush();
    }
    if (!readOnly.get() && (!inSync.get() || superblocks.isAnySet())) {
      inSync.set(true);
      superblocks.update(true);
    }
  }

  // ---- bios -------------------------------------------------------------------------------------

  /** Takes a bio in hand; {@code md_handle_request}. */
  @KernelSymbol("md_handle_request")
  void handleRequest(Bio bio) {
    if (bio.hasOpf(Opf.REQ_PREFLUSH)) {
      flushRequest(bio);
    } else {
      personality.makeRequest(bio);
    }
  }

  /** One flush at a time, from a worker; {@code md_flush_request}. */
  @KernelSymbol("md_flush_request")
  private void flushRequest(Bio bio) {
    for (; ; ) {
      lock.lockIrq();
      boolean free = flushBio.readOnce() == null;
      if (free) {
        flushBio.writeOnce(bio);
      }
      lock.unlockIrq();
      if (free) {
        mdWq.queue(submitFlushes);
        return;
      }
      sbWait.waitEvent(() -> flushBio.readOnce() == null);
    }
  }

  @KernelSymbol("submit_flushes")
  private void submitFlushes() {
    flushPending.writeOnce(1);
    for (RaidDisk d : disks) {
      if (d.isThere() && d.position.get() >= 0 && !d.faulty.get()) {
        Bio bio = bios.alloc(d.bdev(), Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH, Gfp.NOIO);
        bio.setEndIo(END_FLUSH);
        bio.setOwner(this);
        flushPending.add(1);
        BlkCore.submitBio(bio);
      }
    }
    flushEnded();
  }

  @KernelSymbol("md_end_flush")
  private static void endFlush(Bio bio) {
    RaidSet set = (RaidSet) bio.owner();
    if (!set.tellsBeforePut) {
      bio.put();
    }
    set.flushEnded();
    if (set.tellsBeforePut) {
      bio.put();
    }
  }

  private void flushEnded() {
    if (flushPending.decAndTest()) {
      mdWq.queue(submitFlushData);
    }
  }

  @KernelSymbol("md_submit_flush_data")
  private void submitFlushData() {
    lock.lockIrq();
    Bio bio = flushBio.readOnce();
    flushBio.writeOnce(null);
    lock.unlockIrq();
    sbWait.wakeUp();
    if (bio.size() == 0) {
      bio.endio();
    } else {
      bio.clearOpf(Opf.REQ_PREFLUSH);
      personality.makeRequest(bio);
    }
  }
}
