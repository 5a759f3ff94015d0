package org.dmsim.dm.targets.raid;

import java.util.ArrayDeque;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.bio.BioSet;
import org.dmsim.block.bio.Plug;
import org.dmsim.block.core.BlkCore;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.SpinLock;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.PlainBoolean;
import org.dmsim.memory.SharedLong;
import org.dmsim.report.KernelSymbol;

/**
 * The same on all disks. Mirrors {@code raid1.c}, 6.1, without write-behind, bad blocks and
 * replacements: dm sets have none of them.
 */
final class Raid1 implements Personality {

  private static final BioEndIo END_READ = Raid1::endRead;
  private static final BioEndIo END_WRITE = Raid1::endWrite;

  final RaidSet set;
  final BioSet bios = new BioSet("bio", null, BioSet.BIO_POOL_SIZE, Raid1Request.LegBio::new);
  final SpinLock deviceLock = new SpinLock("&conf->device_lock");
  final Barrier barrier = new Barrier();

  /** The disk of each place; null once it was removed. */
  final RaidDisk[] mirrors;

  /** Where the heads stand, and where the next read of a run would begin; of each disk. */
  private final SharedLong[] head;

  private final SharedLong[] nextInRun;
  private final ArrayDeque<Raid1Request> retryList = new ArrayDeque<>();
  private final ArrayDeque<Raid1Request> endList = new ArrayDeque<>();
  private final BioList pendingWrites = new BioList();
  private final Raid1Repair repair;
  private final Raid1Sync sync;

  /** Whether a disk is rebuilt as a whole, whatever the bitmap says. */
  final PlainBoolean fullSync = new PlainBoolean("conf->fullsync", false);

  /** Whether the last disk failed, so that nothing can be rebuilt. */
  final PlainBoolean recoveryDisabled = new PlainBoolean("mddev->recovery_disabled", false);

  Raid1(RaidSet set) {
    this.set = set;
    repair = new Raid1Repair(this);
    sync = new Raid1Sync(this);
    mirrors = new RaidDisk[set.disks.length];
    head = new SharedLong[mirrors.length];
    nextInRun = new SharedLong[mirrors.length];
    for (int i = 0; i < mirrors.length; i++) {
      head[i] = new SharedLong("mirror->head_position", 0);
      nextInRun[i] = new SharedLong("mirror->next_seq_sect", 0);
    }
  }

  static void say(String text) {
    DmLog.print("md/raid1:mdX: " + text);
  }

  @Override
  @KernelSymbol("raid1_run")
  public void run() throws TargetError {
    int degraded = 0;
    for (RaidDisk d : set.disks) {
      boolean there = d.isThere() && d.position.get() >= 0;
      mirrors[d.number] = there ? d : null;
      degraded += there && d.isUsable() ? 0 : 1;
      fullSync.set(fullSync.get() || there && !d.inSync.get() && d.savedPosition.get() < 0);
    }
    set.degraded.set(degraded);
    int active = mirrors.length - degraded;
    if (active < 1) {
      throw RaidSet.failed(new TargetError(Errno.EINVAL, ""));
    }
    if (active == 1) {
      set.recoveryCp.set(RaidSet.MAX_SECTOR);
    }
    if (set.recoveryCp.get() != RaidSet.MAX_SECTOR) {
      say("not clean -- starting background reconstruction");
    }
    say("active with " + active + " out of " + mirrors.length + " mirrors");
    set.thread = new MdThread("mdX_raid1", this::daemon);
  }

  @Override
  public long size() {
    return set.devSectors;
  }

  @Override
  public void free() {
    bios.exit();
  }

  @Override
  public void quiesce(boolean on) {
    if (on) {
      barrier.freeze(0);
    } else {
      barrier.thaw();
    }
  }

  @Override
  public long sync(long sector, boolean[] skipped) {
    return sync.request(sector, skipped);
  }

  /** One write of a part of a resync less. */
  void syncWriteEnded(Raid1Request r, boolean ok) {
    sync.writeEnded(r, ok);
  }

  // ---- requests ---------------------------------------------------------------------------------

  @Override
  public void makeRequest(Bio bio) {
    if (!Opf.isWrite(bio.opf())) {
      read(bio, null);
    } else if (set.writeStart()) {
      write(bio);
    }
  }

  /** Chooses the disk of a read; mirrors {@code read_balance}. -1 if there is none. */
  @KernelSymbol("read_balance")
  private int balance(long sector, long sectors) {
    int best = -1;
    int lastResort = -1;
    int fewest = Integer.MAX_VALUE;
    boolean first = Long.compareUnsigned(set.recoveryCp.get(), sector + sectors) < 0;
    for (int i = 0; i < mirrors.length; i++) {
      RaidDisk d = mirrors[i];
      if (d == null
          || d.isFaulty()
          || !d.inSync.get()
              && Long.compareUnsigned(d.recoveryOffset.get(), sector + sectors) < 0) {
        continue;
      }
      if (d.writeMostly) {
        lastResort = lastResort < 0 ? i : lastResort;
        continue;
      }
      if (first) {
        return i;
      }
      int pending = d.pending.readOnce();
      if (nextInRun[i].readOnce() == sector || head[i].readOnce() == sector) {
        return i;
      }
      if (pending < fewest) {
        fewest = pending;
        best = i;
      }
    }
    return best < 0 ? lastResort : best;
  }

  private Raid1Request.LegBio clone(
      Bio bio, Raid1Request request, int index, int opf, BioEndIo end) {
    RaidDisk disk = mirrors[index];
    Raid1Request.LegBio leg = (Raid1Request.LegBio) bios.allocClone(disk.bdev(), bio, Gfp.NOIO);
    leg.raid = this;
    leg.request = request;
    leg.disk = disk;
    leg.index = index;
    leg.setOpf(opf);
    leg.setEndIo(end);
    return leg;
  }

  /** A read, or one that is tried again: then {@code again} is how it went before. */
  @KernelSymbol("raid1_read_request")
  void read(Bio bio, Raid1Request again) {
    barrier.beginRead();
    String before =
        again == null || mirrors[again.readDisk] == null
            ? "???"
            : mirrors[again.readDisk].toString();
    Raid1Request request = new Raid1Request(bio, mirrors.length);
    int disk = balance(request.sector, request.sectors);
    if (disk < 0) {
      if (again != null) {
        say(before + ": unrecoverable I/O read error for block " + request.sector);
      }
      end(request);
      return;
    }
    RaidDisk d = mirrors[disk];
    d.pending.add(1);
    nextInRun[disk].writeOnce(bio.endSector());
    if (again != null) {
      say("redirecting sector " + request.sector + " to other mirror: " + d);
    }
    request.readDisk = disk;
    int opf = bio.op() | (bio.opf() & Opf.REQ_SYNC);
    BlkCore.submitBioNoacct(clone(bio, request, disk, opf, END_READ));
  }

  @KernelSymbol("raid1_write_request")
  private void write(Bio bio) {
    waitForBlocked();
    Raid1Request request = new Raid1Request(bio, mirrors.length);
    int opf = bio.op() | (bio.opf() & (Opf.REQ_SYNC | Opf.REQ_FUA));
    boolean[] to = new boolean[mirrors.length];
    for (int i = 0; i < mirrors.length; i++) {
      RaidDisk d = mirrors[i];
      to[i] = d != null && !d.isFaulty();
      request.degraded |= !to[i];
      if (to[i]) {
        d.pending.add(1);
      }
    }
    if (set.bitmap != null) {
      set.bitmap.startWrite(request.sector, request.sectors);
    }
    for (int i = 0; i < mirrors.length; i++) {
      if (to[i]) {
        request.remaining.add(1);
        submit(clone(bio, request, i, opf, END_WRITE));
      }
    }
    writeDone(request);
    if (set.bitmap != null) {
      set.thread.wake();
    }
  }

  /** A disk that failed is written down before the others change. */
  private void waitForBlocked() {
    for (; ; ) {
      barrier.begin();
      boolean blocked = false;
      for (RaidDisk d : mirrors) {
        blocked |= d != null && d.blocked.get();
      }
      if (!blocked) {
        return;
      }
      barrier.end();
      set.sbWait.waitEvent(() -> !isBlocked());
    }
  }

  private boolean isBlocked() {
    for (RaidDisk d : mirrors) {
      if (d != null && d.isFaulty() && d.blocked.get()) {
        return true;
      }
    }
    return false;
  }

  /** With a bitmap, the set's thread submits it once the bitmap is written. */
  private void submit(Raid1Request.LegBio leg) {
    if (set.bitmap == null) {
      BlkCore.submitBioNoacct(leg);
      return;
    }
    boolean flags = deviceLock.lockIrqsave();
    pendingWrites.add(leg);
    deviceLock.unlockIrqrestore(flags);
  }

  @KernelSymbol("flush_pending_writes")
  private void flushPendingWrites() {
    deviceLock.lockIrq();
    BioList taken = new BioList();
    taken.merge(pendingWrites);
    pendingWrites.clear();
    deviceLock.unlockIrq();
    if (taken.isEmpty()) {
      return;
    }
    set.bitmap.unplug();
    for (Bio bio = taken.pop(); bio != null; bio = taken.pop()) {
      if (((Raid1Request.LegBio) bio).disk.isFaulty()) {
        bio.ioError();
      } else {
        BlkCore.submitBioNoacct(bio);
      }
    }
  }

  // ---- ends -------------------------------------------------------------------------------------

  /** Tells the one above; {@code raid_end_bio_io}. */
  @KernelSymbol("raid_end_bio_io")
  void end(Raid1Request r) {
    if (!r.upToDate) {
      r.master.setStatus(BlkStatus.IOERR);
    }
    r.master.endio();
    barrier.end();
  }

  private void noteHead(Raid1Request.LegBio leg) {
    head[leg.index].writeOnce(leg.request.sector + leg.request.sectors);
  }

  @KernelSymbol("raid1_end_read_request")
  private static void endRead(Bio bio) {
    Raid1Request.LegBio leg = (Raid1Request.LegBio) bio;
    Raid1 raid = leg.raid;
    Raid1Request r = leg.request;
    RaidDisk d = leg.disk;
    raid.noteHead(leg);
    boolean ok = leg.status() == BlkStatus.OK;
    r.upToDate = ok;
    if (!ok) {
      boolean flags = raid.deviceLock.lockIrqsave();
      int left = raid.mirrors.length - raid.set.degraded.get();
      ok = left == 0 || left == 1 && d.inSync.get();
      raid.deviceLock.unlockIrqrestore(flags);
    }
    leg.put();
    if (ok) {
      raid.end(r);
      raid.set.disksIoEnded(d);
    } else {
      say(d + ": rescheduling sector " + r.sector);
      r.readError = true;
      raid.retry(r);
    }
  }

  @KernelSymbol("raid1_end_write_request")
  private static void endWrite(Bio bio) {
    Raid1Request.LegBio leg = (Raid1Request.LegBio) bio;
    Raid1 raid = leg.raid;
    Raid1Request r = leg.request;
    RaidDisk d = leg.disk;
    boolean discard = leg.op() == Opf.REQ_OP_DISCARD;
    if (leg.status() != BlkStatus.OK && !discard) {
      if (!d.wantReplacement.get()) {
        d.wantReplacement.set(true);
        raid.set.recovery.needed();
      }
      if (d.isFaulty()) {
        r.degraded = true;
        leg.put();
        raid.set.disksIoEnded(d);
      } else {
        r.writeError = true;
        r.failed[leg.index] = leg;
      }
    } else {
      if (d.isInSync() && !d.faulty.get()) {
        r.upToDate = true;
      }
      raid.noteHead(leg);
      leg.put();
      raid.set.disksIoEnded(d);
    }
    raid.writeDone(r);
  }

  @KernelSymbol("r1_bio_write_done")
  private void writeDone(Raid1Request r) {
    if (!r.remaining.decAndTest()) {
      return;
    }
    if (r.writeError) {
      retry(r);
    } else {
      closeWrite(r);
      end(r);
    }
  }

  @KernelSymbol("close_write")
  void closeWrite(Raid1Request r) {
    if (set.bitmap != null) {
      set.bitmap.endWrite(r.sector, r.sectors, !r.degraded);
    }
    set.writeEnd();
  }

  // ---- the set's thread -------------------------------------------------------------------------

  /** {@code reschedule_retry}; any context. */
  @KernelSymbol("reschedule_retry")
  void retry(Raid1Request r) {
    boolean flags = deviceLock.lockIrqsave();
    retryList.addFirst(r);
    deviceLock.unlockIrqrestore(flags);
    barrier.queued(1);
    set.thread.wake();
  }

  /** Its end has to wait until the failure of a disk is written down. */
  void endLater(Raid1Request r) {
    deviceLock.lockIrq();
    endList.addFirst(r);
    deviceLock.unlockIrq();
    barrier.queued(1);
    set.thread.wake();
  }

  @KernelSymbol("raid1d")
  private void daemon() {
    set.recovery.check();
    endThoseThatWaited();
    boolean plugged = Plug.start();
    for (; ; ) {
      flushPendingWrites();
      deviceLock.lockIrq();
      Raid1Request r = retryList.pollLast();
      deviceLock.unlockIrq();
      if (r == null) {
        break;
      }
      barrier.queued(-1);
      if (r.master == null) {
        sync.handle(r);
      } else if (r.writeError) {
        repair.writeFinished(r);
      } else if (r.readError) {
        repair.readError(r);
      }
      MightSleep.condResched();
      if (set.superblocks.hasChanged()) {
        set.recovery.check();
      }
    }
    Plug.finish(plugged);
  }

  private void endThoseThatWaited() {
    if (endList.isEmpty() || set.superblocks.isPending()) {
      return;
    }
    deviceLock.lockIrq();
    ArrayDeque<Raid1Request> taken = new ArrayDeque<>(endList);
    endList.clear();
    deviceLock.unlockIrq();
    for (Raid1Request r : taken) {
      barrier.queued(-1);
      r.degraded |= set.degraded.get() != 0;
      if (r.writeError) {
        closeWrite(r);
      }
      end(r);
    }
  }

  // ---- disks that come and go -------------------------------------------------------------------

  @Override
  @KernelSymbol("raid1_error")
  public void error(RaidDisk d) {
    boolean flags = deviceLock.lockIrqsave();
    if (d.inSync.get() && mirrors.length - set.degraded.get() == 1) {
      set.broken.set(true);
      recoveryDisabled.set(true);
      deviceLock.unlockIrqrestore(flags);
      return;
    }
    d.blocked.set(true);
    if (d.inSync.get()) {
      d.inSync.set(false);
      set.degraded.set(set.degraded.get() + 1);
    }
    d.faulty.set(true);
    deviceLock.unlockIrqrestore(flags);
    set.recovery.bits.set(Recovery.INTR);
    barrier.interrupted();
    set.superblocks.changedDevices();
    set.superblocks.mustBeWritten();
    DmLog.print(
        "md/raid1:mdX: Disk failure on "
            + d
            + ", disabling device.\nmd/raid1:mdX: Operation continuing on "
            + (mirrors.length - set.degraded.get())
            + " devices.");
  }

  @Override
  @KernelSymbol("raid1_spare_active")
  public boolean spareActive() {
    boolean any = false;
    boolean flags = deviceLock.lockIrqsave();
    for (RaidDisk d : mirrors) {
      if (d != null
          && d.recoveryOffset.get() == RaidSet.MAX_SECTOR
          && !d.faulty.get()
          && !d.inSync.get()) {
        d.inSync.set(true);
        set.degraded.set(set.degraded.get() - 1);
        any = true;
      }
    }
    deviceLock.unlockIrqrestore(flags);
    return any;
  }

  @Override
  @KernelSymbol("raid1_remove_disk")
  public boolean hotRemove(RaidDisk d) {
    if (mirrors[d.position.get()] != d) {
      return true;
    }
    if (d.inSync.get() || d.pending.readOnce() != 0) {
      return false;
    }
    if (!d.faulty.get() && !recoveryDisabled.get() && set.degraded.get() < mirrors.length) {
      return false;
    }
    mirrors[d.position.get()] = null;
    d.wantReplacement.set(false);
    return true;
  }

  @Override
  @KernelSymbol("raid1_add_disk")
  public boolean hotAdd(RaidDisk d) {
    if (recoveryDisabled.get()) {
      return false;
    }
    int first = d.position.get() >= 0 ? d.position.get() : 0;
    int last = d.position.get() >= 0 ? d.position.get() : mirrors.length - 1;
    int saved = d.savedPosition.get();
    if (saved >= first && mirrors[saved] == null) {
      first = saved;
      last = saved;
    }
    for (int i = first; i <= last; i++) {
      if (mirrors[i] == null) {
        head[i].writeOnce(0);
        d.position.set(i);
        fullSync.set(fullSync.get() || saved < 0);
        mirrors[i] = d;
        return true;
      }
    }
    return false;
  }
}
