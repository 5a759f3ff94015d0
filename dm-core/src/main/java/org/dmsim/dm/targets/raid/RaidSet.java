package org.dmsim.dm.targets.raid;

import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioSet;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SharedRef;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/** A set of disks under md: {@code struct mddev}, with its flushes, which all levels share. */
final class RaidSet {

  private static final BioEndIo END_FLUSH = RaidSet::endFlush;

  final RaidType type;
  final RaidDisk[] disks;
  final int chunkSectors;

  /** Sectors of each disk that are used. */
  long devSectors;

  private final Workqueue mdWq;
  private final SpinLock lock = new SpinLock("&mddev->lock");
  private final WaitQueue sbWait = new WaitQueue("&mddev->sb_wait");
  private final SharedRef<Bio> flushBio = new SharedRef<>("mddev->flush_bio", null);
  private final SharedInt flushPending = new SharedInt("mddev->flush_pending", 0);
  private final BioSet bios = new BioSet("bio", BioSet.BIO_POOL_SIZE);
  private final Work submitFlushes =
      new Work("(work_completion)(&mddev->flush_work)", this::submitFlushes);
  private final Work submitFlushData =
      new Work("(work_completion)(&mddev->flush_work)", this::submitFlushData);
  final Personality personality;

  RaidSet(RaidType type, RaidDisk[] disks, int chunkSectors, int stripes) {
    this.type = type;
    this.disks = disks;
    this.chunkSectors = chunkSectors;
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

  void destroy() {
    personality.free();
    mdWq.destroy();
    bios.exit();
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
      if (d.isThere()) {
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
    bio.put();
    set.flushEnded();
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
