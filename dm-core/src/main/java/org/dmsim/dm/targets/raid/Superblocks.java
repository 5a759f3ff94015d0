package org.dmsim.dm.targets.raid;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioSet;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.SharedBits;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * When the superblocks of a set are written, and with which count of events; mirrors {@code
 * md_update_sb} and what belongs to it, 6.1.
 */
final class Superblocks {

  private static final BioEndIo WRITTEN = Superblocks::written;

  // Bits of mddev->sb_flags; their names stand in the same order below.
  private static final int CHANGE_DEVS = 0;
  private static final int CHANGE_CLEAN = 1;
  private static final int CHANGE_PENDING = 2;

  private final RaidSet set;
  private final BioSet syncSet = new BioSet("bio", BioSet.BIO_POOL_SIZE);
  private final SharedBits flags =
      new SharedBits(
          "mddev->sb_flags", "MD_SB_CHANGE_DEVS", "MD_SB_CHANGE_CLEAN", "MD_SB_CHANGE_PENDING");
  private final SharedInt pendingWrites = new SharedInt("mddev->pending_writes", 0);

  /** Whether the last change was one between clean and dirty, which may be taken back. */
  private boolean canDecreaseEvents;

  /** A write, and the disk that it is for. */
  private record Write(Superblocks superblocks, RaidDisk disk) {}

  Superblocks(RaidSet set) {
    this.set = set;
  }

  void destroy() {
    syncSet.exit();
  }

  // ---- flags ------------------------------------------------------------------------------------

  void changedDevices() {
    flags.set(CHANGE_DEVS);
  }

  void changedClean() {
    flags.set(CHANGE_CLEAN);
  }

  void mustBeWritten() {
    flags.set(CHANGE_PENDING);
  }

  void isWrittenElsewhere() {
    flags.clear(CHANGE_PENDING);
  }

  /** Whether writes have to wait for it. */
  boolean isPending() {
    return flags.test(CHANGE_PENDING);
  }

  /** Whether something is to be written, and it is not only that somebody waits. */
  boolean hasChanged() {
    return flags.test(CHANGE_DEVS) || flags.test(CHANGE_CLEAN);
  }

  boolean isAnySet() {
    return hasChanged() || isPending();
  }

  // ---- writing ----------------------------------------------------------------------------------

  /** Begins to write a part of a metadata device; mirrors {@code md_super_write}. */
  @KernelSymbol("md_super_write")
  void write(RaidDisk disk, long sector, byte[] memory, int at, int bytes) {
    if (disk.isFaulty()) {
      return;
    }
    int opf =
        Opf.REQ_OP_WRITE
            | Opf.REQ_SYNC
            | Opf.REQ_IDLE
            | Opf.REQ_META
            | Opf.REQ_PREFLUSH
            | Opf.REQ_FUA;
    Bio bio = syncSet.alloc(disk.metaBdev(), opf, Gfp.NOIO);
    disk.pending.add(1);
    bio.setSector(sector);
    bio.setData(memory, at, bytes);
    bio.setOwner(new Write(this, disk));
    bio.setEndIo(WRITTEN);
    pendingWrites.add(1);
    BlkCore.submitBio(bio);
  }

  @KernelSymbol("super_written")
  private static void written(Bio bio) {
    Write w = (Write) bio.owner();
    RaidSet set = w.superblocks.set;
    if (bio.status() != BlkStatus.OK) {
      DmLog.print("md: super_written gets error=" + bio.status().toErrno());
      set.error(w.disk);
    }
    if (!set.tellsBeforePut) {
      bio.put();
    }
    set.disksIoEnded(w.disk);
    if (w.superblocks.pendingWrites.decAndTest()) {
      set.sbWait.wakeUp();
    }
    if (set.tellsBeforePut) {
      bio.put();
    }
  }

  /** {@code md_super_wait}. */
  @KernelSymbol("md_super_wait")
  void waitForWrites() {
    set.sbWait.waitEvent(() -> pendingWrites.readOnce() == 0);
  }

  /** Mirrors {@code md_update_sb}. */
  @KernelSymbol("md_update_sb")
  void update(boolean force) {
    if (set.readOnly.get()) {
      if (force) {
        changedDevices();
      }
      return;
    }
    boolean again = true;
    boolean forced = force;
    while (again) {
      set.recovery.noteOffsets();
      if (!set.persistent) {
        flags.clear(CHANGE_CLEAN);
        flags.clear(CHANGE_DEVS);
        flags.clear(CHANGE_PENDING);
        for (RaidDisk d : set.disks) {
          d.blocked.set(false);
        }
        set.sbWait.wakeUp();
        return;
      }
      again = writeAll(forced);
      forced = false;
    }
    set.sbWait.wakeUp();
    for (RaidDisk d : set.disks) {
      if (d.faultRecorded.get()) {
        d.faultRecorded.set(false);
        d.blocked.set(false);
      }
    }
  }

  /** Whether something changed meanwhile, so that it has to be done again. */
  private boolean writeAll(boolean force) {
    set.lock.lock();
    boolean forced = force;
    boolean noSpares = false;
    if (flags.test(CHANGE_DEVS)) {
      flags.clear(CHANGE_DEVS);
      forced = true;
    }
    if (flags.test(CHANGE_CLEAN)) {
      flags.clear(CHANGE_CLEAN);
      noSpares = true;
    }
    noSpares &= !forced && set.degraded.get() == 0;
    boolean inSync = set.inSync.get();
    boolean clean = set.inSync.get() && set.recoveryCp.get() == RaidSet.MAX_SECTOR;
    if (noSpares && clean && canDecreaseEvents && set.events != 1) {
      set.events--;
      canDecreaseEvents = false;
    } else {
      set.events++;
      canDecreaseEvents = noSpares;
    }
    for (RaidDisk d : set.disks) {
      d.faultRecorded.set(d.faultRecorded.get() | d.faulty.get());
    }
    sync(noSpares);
    set.lock.unlock();
    if (set.bitmap != null) {
      set.bitmap.updateSuper();
    }
    for (RaidDisk d : set.disks) {
      if (d.isThere() && d.superblockLoaded == 1 && !d.isFaulty()) {
        write(d, 0, d.superblock.bytes(), 0, d.superblock.bytes().length);
        d.superblockEvents = set.events;
      }
    }
    waitForWrites();
    if (set.inSync.get() != inSync || hasChanged()) {
      return true;
    }
    flags.clear(CHANGE_PENDING);
    return false;
  }

  private void sync(boolean noSpares) {
    for (RaidDisk d : set.disks) {
      if (d.superblock == null) {
        continue;
      }
      boolean skip = noSpares && d.position.get() < 0 && d.superblockEvents + 1 == set.events;
      if (d.superblockEvents == set.events || skip) {
        d.superblockLoaded = 2;
      } else {
        d.superblock.sync(set, d);
        d.superblockLoaded = 1;
      }
    }
  }
}
