package org.dmsim.dm.targets.mirror;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.RateLimit;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.dmio.DmIoClient;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.kcopyd.KcopydClient;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * The legs of a mirror and its worker, kmirrord, which all writes and all recovery go through.
 * Mirrors {@code struct mirror_set} and {@code do_mirror}, 6.1.
 */
final class MirrorSet implements RegionHash.Owner {

  final MirrorTarget ti;
  final Leg[] legs;
  final RegionHash regions;
  private final CoreLog log;
  private final boolean errorsHandled;
  private final boolean keepLog;
  private final DmIoClient ioClient = new DmIoClient();
  private final KcopydClient kcopyd = new KcopydClient();
  private final Workqueue kmirrord = Workqueue.alloc("kmirrord", Workqueue.MEM_RECLAIM);
  private final Work work = new Work("(work_completion)(&ms->kmirrord_work)", this::doMirror);
  private final Work triggerEvent =
      new Work("(work_completion)(&ms->trigger_event)", this::raiseEvent);
  private final WaitQueue recoveryStopped = new WaitQueue("_kmirrord_recovery_stopped");

  /** Protects the lists of bios. */
  private final SpinLock lock = new SpinLock("&ms->lock");

  private final BioList reads = new BioList();
  private final BioList writes = new BioList();
  private final BioList failures = new BioList();

  /** Failed writes that wait for somebody to repair the mirror, which takes a suspend. */
  private final BioList holds = new BioList();

  private final SharedInt suspended = new SharedInt("ms->suspend", 0);
  private final SharedInt defaultLeg = new SharedInt("ms->default_mirror", 0);
  private boolean inSync;
  private boolean logFailure;
  private boolean legFailure;

  private final RateLimit readRecoveryErrors = new RateLimit("recovery_complete");
  private final RateLimit writeRecoveryErrors = new RateLimit("recovery_complete");
  private final RateLimit readRetries = new RateLimit("read_callback");
  private final RateLimit readFailures = new RateLimit("read_callback");

  MirrorSet(MirrorTarget ti, Leg[] legs, CoreLog log, boolean errorsHandled, boolean keepLog) {
    this.ti = ti;
    this.legs = legs;
    this.log = log;
    this.errorsHandled = errorsHandled;
    this.keepLog = keepLog;
    this.regions = new RegionHash(this, log, ti.begin());
  }

  static void say(String what) {
    DmLog.say("raid1", what);
  }

  private static String line(String what) {
    return "device-mapper: raid1: " + what;
  }

  long regionCount() {
    return log.regionCount;
  }

  @KernelSymbol("mirror_dtr")
  void destroy() {
    kmirrord.flush();
    triggerEvent.flush();
    kcopyd.destroy();
    kmirrord.destroy();
    ioClient.destroy();
    log.destroy();
  }

  // ---- waking -----------------------------------------------------------------------------------

  @Override
  @KernelSymbol("wakeup_mirrord")
  public void wakeWorkers() {
    kmirrord.queue(work);
  }

  @Override
  public void wakeRecoveryWaiters() {
    recoveryStopped.wakeUpAll();
  }

  @Override
  @KernelSymbol("dispatch_bios")
  public void dispatchBios(BioList bios) {
    for (Bio b = bios.pop(); b != null; b = bios.pop()) {
      queue(b, true);
    }
  }

  /** Hands a bio to the worker; any context. */
  @KernelSymbol("queue_bio")
  void queue(Bio bio, boolean write) {
    BioList list = write ? writes : reads;
    boolean flags = lock.lockIrqsave();
    boolean wake = list.isEmpty();
    list.add(bio);
    if (wake) {
      wakeWorkers();
    }
    lock.unlockIrqrestore(flags);
  }

  private void addFailures(BioList bios) {
    boolean flags = lock.lockIrqsave();
    failures.merge(bios);
    lock.unlockIrqrestore(flags);
    wakeWorkers();
  }

  @KernelSymbol("trigger_event")
  private void raiseEvent() {
    ti.table().event();
  }

  // ---- legs -------------------------------------------------------------------------------------

  Leg defaultLeg() {
    return legs[defaultLeg.readOnce()];
  }

  private Leg anyGoodLeg() {
    for (Leg l : legs) {
      if (l.isGood()) {
        return l;
      }
    }
    return null;
  }

  boolean defaultIsGood() {
    return defaultLeg().isGood();
  }

  /** The default leg, or the nearest good one in front of it, round the corner; null for none. */
  @KernelSymbol("choose_mirror")
  Leg chooseLeg() {
    int first = defaultLeg().index;
    for (int n = 0; n < legs.length; n++) {
      Leg l = legs[Math.floorMod(first - n, legs.length)];
      if (l.isGood()) {
        return l;
      }
    }
    return null;
  }

  /** Whether a read can be tried again on some leg. */
  boolean isAvailable(Bio bio) {
    return log.isInSync(regions.regionOf(bio)) && chooseLeg() != null;
  }

  boolean isInSync(Bio bio) {
    return log.isInSync(regions.regionOf(bio));
  }

  /** A leg failed: another one becomes the default where that is safe. Does not sleep. */
  @KernelSymbol("fail_mirror")
  void fail(Leg leg, Leg.Failure how) {
    legFailure = true;
    if (leg.fail(how) || !errorsHandled) {
      return;
    }
    if (leg == defaultLeg()) {
      if (!inSync && !keepLog) {
        say("Primary mirror (" + leg.device.name() + ") failed while out-of-sync: Reads may fail.");
      } else {
        Leg other = anyGoodLeg();
        if (other != null) {
          defaultLeg.writeOnce(other.index);
        } else {
          say("All sides of mirror have failed.");
        }
      }
    }
    Workqueue.system().queue(triggerEvent);
  }

  /** Flushes all legs; false, and those that failed are failed, if one did. */
  @KernelSymbol("mirror_flush")
  boolean flushLegs() {
    IoRegion[] where = new IoRegion[legs.length];
    for (int i = 0; i < where.length; i++) {
      where[i] = new IoRegion(legs[i].device.bdev(), 0, 0);
    }
    long errors = ioClient.sync(Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH, null, 0, where);
    failLegs(errors, Leg.Failure.FLUSH);
    return errors == 0;
  }

  private void failLegs(long bits, Leg.Failure how) {
    for (int i = 0; i < legs.length; i++) {
      if ((bits & 1L << i) != 0) {
        fail(legs[i], how);
      }
    }
  }

  // ---- the worker -------------------------------------------------------------------------------

  @KernelSymbol("do_mirror")
  private void doMirror() {
    BioList myReads = new BioList();
    BioList myWrites = new BioList();
    BioList myFailures = new BioList();
    boolean flags = lock.lockIrqsave();
    myReads.merge(reads);
    myWrites.merge(writes);
    myFailures.merge(failures);
    lock.unlockIrqrestore(flags);
    regions.updateStates(errorsHandled);
    doRecovery();
    doReads(myReads);
    doWrites(myWrites);
    doFailures(myFailures);
  }

  @KernelSymbol("do_recovery")
  private void doRecovery() {
    regions.recoveryPrepare();
    for (Region r = regions.recoveryStart(); r != null; r = regions.recoveryStart()) {
      recover(r);
    }
    if (!inSync && log.syncCount() == regionCount()) {
      ti.table().event();
      inSync = true;
      legFailure = false;
      for (Leg l : legs) {
        l.reset();
      }
    }
  }

  @KernelSymbol("recover")
  private void recover(Region region) {
    Leg from = defaultLeg();
    long start = regions.sectorOf(region);
    long count = log.regionSize();
    long rest = ti.length() & (count - 1);
    if (region.key == regionCount() - 1 && rest != 0) {
      count = rest;
    }
    IoRegion[] to = new IoRegion[legs.length - 1];
    int n = 0;
    for (Leg l : legs) {
      if (l != from) {
        to[n++] = new IoRegion(l.device.bdev(), l.offset + start, count);
      }
    }
    kcopyd.copy(
        new IoRegion(from.device.bdev(), from.offset + start, count),
        to,
        !errorsHandled,
        (readError, writeErrors) -> recovered(region, readError, writeErrors));
  }

  @KernelSymbol("recovery_complete")
  private void recovered(Region region, boolean readError, long writeErrors) {
    if (readError) {
      readRecoveryErrors.printk(line("Unable to read primary mirror during recovery"));
      fail(defaultLeg(), Leg.Failure.SYNC);
    }
    if (writeErrors != 0) {
      writeRecoveryErrors.printk(
          line("Write error during recovery (error = 0x" + Long.toHexString(writeErrors) + ")"));
      int bit = 0;
      for (Leg l : legs) {
        if (l != defaultLeg()) {
          if ((writeErrors & 1L << bit) != 0) {
            fail(l, Leg.Failure.SYNC);
          }
          bit++;
        }
      }
    }
    regions.recoveryEnd(region, !readError && writeErrors == 0);
  }

  // ---- reads ------------------------------------------------------------------------------------

  @KernelSymbol("do_reads")
  private void doReads(BioList bios) {
    for (Bio bio = bios.pop(); bio != null; bio = bios.pop()) {
      Region.State state = regions.state(regions.regionOf(bio));
      Leg leg = defaultLeg();
      if (state == Region.State.CLEAN || state == Region.State.DIRTY) {
        leg = chooseLeg();
      } else if (!leg.isGood()) {
        leg = null;
      }
      if (leg == null) {
        bio.ioError();
      } else {
        read(leg, bio);
      }
    }
  }

  @KernelSymbol("read_async_bio")
  private void read(Leg leg, Bio bio) {
    ioClient.async(
        Opf.REQ_OP_READ,
        bio.data(),
        bio.dataOffset(),
        errors -> readDone(leg, bio, errors),
        leg.region(bio, ti.begin()));
  }

  @KernelSymbol("read_callback")
  private void readDone(Leg leg, Bio bio, long errors) {
    if (errors == 0) {
      bio.endio();
      return;
    }
    fail(leg, Leg.Failure.READ);
    if (defaultIsGood() || isAvailable(bio)) {
      readRetries.printk(
          line(
              "Read failure on mirror device "
                  + leg.device.name()
                  + ". Trying alternative device."));
      queue(bio, false);
      return;
    }
    readFailures.printk(
        line("Read failure on mirror device " + leg.device.name() + ".  Failing I/O."));
    bio.ioError();
  }

  // ---- writes -----------------------------------------------------------------------------------

  @KernelSymbol("do_writes")
  private void doWrites(BioList bios) {
    if (bios.isEmpty()) {
      return;
    }
    BioList sync = new BioList();
    BioList nosync = new BioList();
    BioList recovering = new BioList();
    for (Bio bio = bios.pop(); bio != null; bio = bios.pop()) {
      if (bio.hasOpf(Opf.REQ_PREFLUSH) || bio.op() == Opf.REQ_OP_DISCARD) {
        sync.add(bio);
        continue;
      }
      switch (regions.state(regions.regionOf(bio))) {
        case CLEAN, DIRTY -> sync.add(bio);
        case NOSYNC -> nosync.add(bio);
        case RECOVERING -> recovering.add(bio);
      }
    }
    incPending(sync);
    incPending(nosync);
    logFailure |= regions.flush() != 0;
    if (logFailure && errorsHandled) {
      addFailures(sync);
    } else {
      for (Bio bio = sync.pop(); bio != null; bio = sync.pop()) {
        write(bio);
      }
    }
    for (Bio bio = recovering.pop(); bio != null; bio = recovering.pop()) {
      regions.delay(bio);
    }
    if (legFailure && errorsHandled && !keepLog && !nosync.isEmpty()) {
      addFailures(nosync);
    }
    for (Bio bio = nosync.pop(); bio != null; bio = nosync.pop()) {
      map(defaultLeg(), bio);
      BlkCore.submitBioNoacct(bio);
    }
  }

  @KernelSymbol("dm_rh_inc_pending")
  private void incPending(BioList bios) {
    for (int n = bios.size(); n > 0; n--) {
      Bio bio = bios.pop();
      regions.incPending(bio);
      bios.add(bio);
    }
  }

  /** Sends a clone to one leg. */
  void map(Leg leg, Bio bio) {
    bio.setDev(leg.device.bdev());
    bio.setSector(leg.sector(bio, ti.begin()));
  }

  @KernelSymbol("do_write")
  private void write(Bio bio) {
    IoRegion[] where = new IoRegion[legs.length];
    for (int i = 0; i < where.length; i++) {
      where[i] = legs[i].region(bio, ti.begin());
    }
    boolean discard = bio.op() == Opf.REQ_OP_DISCARD;
    int opf =
        (discard ? Opf.REQ_OP_DISCARD : Opf.REQ_OP_WRITE)
            | (bio.opf() & (Opf.REQ_FUA | Opf.REQ_PREFLUSH));
    ioClient.async(
        opf,
        discard ? null : bio.data(),
        discard ? 0 : bio.dataOffset(),
        errors -> writeDone(bio, errors),
        where);
  }

  @KernelSymbol("write_callback")
  private void writeDone(Bio bio, long errors) {
    if (errors == 0) {
      bio.endio();
      return;
    }
    if (bio.op() == Opf.REQ_OP_DISCARD) {
      bio.endio(BlkStatus.NOTSUPP);
      return;
    }
    failLegs(errors, Leg.Failure.WRITE);
    boolean flags = lock.lockIrqsave();
    boolean wake = failures.isEmpty();
    failures.add(bio);
    if (wake) {
      wakeWorkers();
    }
    lock.unlockIrqrestore(flags);
  }

  // ---- failed writes ----------------------------------------------------------------------------

  @KernelSymbol("do_failures")
  private void doFailures(BioList bios) {
    for (Bio bio = bios.pop(); bio != null; bio = bios.pop()) {
      if (!logFailure) {
        inSync = false;
        regions.markNosync(bio);
      }
      if (anyGoodLeg() == null || (keepLog && logFailure)) {
        bio.ioError();
      } else if (errorsHandled && !keepLog) {
        hold(bio);
      } else {
        bio.endio();
      }
    }
  }

  /** Keeps a failed write until somebody suspends the mirror, or ends it if somebody has. */
  @KernelSymbol("hold_bio")
  private void hold(Bio bio) {
    lock.lockIrq();
    boolean hold = suspended.readOnce() == 0;
    if (hold) {
      holds.add(bio);
    }
    lock.unlockIrq();
    if (!hold) {
      bio.endio(ti.table().isNoflushSuspending() ? BlkStatus.DM_REQUEUE : BlkStatus.IOERR);
    }
  }

  // ---- suspend and resume -----------------------------------------------------------------------

  @KernelSymbol("mirror_presuspend")
  void presuspend() {
    suspended.writeOnce(1);
    BioList held = new BioList();
    lock.lockIrq();
    held.merge(holds);
    lock.unlockIrq();
    for (Bio bio = held.pop(); bio != null; bio = held.pop()) {
      hold(bio);
    }
    regions.stopRecovery();
    recoveryStopped.waitEvent(() -> !regions.isRecoveryInFlight());
    kmirrord.flush();
  }

  @KernelSymbol("mirror_postsuspend")
  void postsuspend() {
    if (log.postsuspend() != 0) {
      say("log postsuspend failed");
    }
  }

  @KernelSymbol("mirror_resume")
  void resume() {
    suspended.writeOnce(0);
    if (log.resume() != 0) {
      say("log resume failed");
    }
    regions.startRecovery();
  }

  // ---- status -----------------------------------------------------------------------------------

  /** How it fares. */
  String status() {
    StringBuilder s = new StringBuilder().append(legs.length).append(' ');
    StringBuilder letters = new StringBuilder();
    for (Leg l : legs) {
      s.append(l.device.name()).append(' ');
      letters.append(l.letter());
    }
    s.append(log.syncCount()).append('/').append(regionCount());
    return s.append(" 1 ").append(letters).append(' ').append(log.status()).toString();
  }

  /** Its table line. */
  String describe() {
    StringBuilder s = new StringBuilder(log.describe()).append(legs.length);
    for (Leg l : legs) {
      s.append(' ').append(l.device.name());
      s.append(' ').append(Long.toUnsignedString(l.offset));
    }
    if (errorsHandled) {
      s.append(keepLog ? " 2 handle_errors keep_log" : " 1 handle_errors");
    }
    return s.toString();
  }
}
