package org.dmsim.dm.targets.raid;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.memory.PlainBoolean;
import org.dmsim.memory.PlainInt;
import org.dmsim.memory.PlainLong;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/** A disk of a set, or the place of one: {@code struct md_rdev}. */
final class RaidDisk extends Shared {

  final int number;

  /** Null where the table line has none. */
  DmDev device;

  /** Where its superblock and its copy of the bitmap lie; null for none. */
  DmDev metaDevice;

  /** {@code In_sync}: it has its part of the data. */
  final PlainBoolean inSync = new PlainBoolean("rdev->inSync", true);

  /** {@code WriteMostly}. */
  boolean writeMostly;

  /** {@code Faulty}: it failed. */
  final PlainBoolean faulty = new PlainBoolean("rdev->faulty", false);

  /** {@code Blocked}: nobody may write to the others before its failure is written down. */
  final PlainBoolean blocked = new PlainBoolean("rdev->blocked", false);

  /** {@code FaultRecorded}. */
  final PlainBoolean faultRecorded = new PlainBoolean("rdev->faultRecorded", false);

  /** {@code FirstUse}: it had no superblock. */
  boolean firstUse;

  /** {@code WantReplacement}: a write to it failed. */
  final PlainBoolean wantReplacement = new PlainBoolean("rdev->wantReplacement", false);

  /** {@code raid_disk}: its place in the set; -1 once it was removed. */
  final PlainInt position;

  /** {@code saved_raid_disk}: its place before; -1 for none. */
  final PlainInt savedPosition = new PlainInt("rdev->savedPosition", -1);

  /** Sectors that are in sync if it is not as a whole. */
  final PlainLong recoveryOffset = new PlainLong("rdev->recoveryOffset", RaidSet.MAX_SECTOR);

  /** Of its data that are used. */
  long sectors;

  RaidSuperblock superblock;
  long superblockEvents;

  /** {@code sb_loaded}: 0 not, 1 yes, 2 and not to be written this time. */
  int superblockLoaded;

  /** {@code rdev->nr_pending}: I/Os under way. */
  final SharedInt pending = new SharedInt("rdev->nr_pending", 0);

  RaidDisk(int number) {
    super("rdev " + number);
    this.number = number;
    position = new PlainInt("rdev->position", number);
  }

  boolean isThere() {
    return device != null;
  }

  /** Whether it has its part of the data. */
  boolean isUsable() {
    return device != null && inSync.get() && !faulty.get();
  }

  /** As {@link #faulty}, asked by who holds no lock. */
  boolean isFaulty() {
    Sched.point(faulty, Access.READ);
    return faulty.get();
  }

  /** As {@link #inSync}, asked by who holds no lock. */
  boolean isInSync() {
    Sched.point(inSync, Access.READ);
    return inSync.get();
  }

  BlockDevice bdev() {
    return device.bdev();
  }

  BlockDevice metaBdev() {
    return (metaDevice == null ? device : metaDevice).bdev();
  }

  /**
   * Reads or writes a part of it and waits; mirrors {@code sync_page_io}.
   *
   * @param metadata whether it is the metadata device that is meant
   * @return whether that went well
   */
  @KernelSymbol("sync_page_io")
  boolean syncIo(long sector, byte[] memory, int at, int bytes, int op, boolean metadata) {
    Bio bio = Bio.onStack(metadata ? metaBdev() : bdev(), op);
    bio.setSector(sector);
    bio.setData(memory, at, bytes);
    return BlkCore.submitBioWait(bio) == 0;
  }

  @Override
  public String toString() {
    return device == null ? "-" : bdev().name();
  }
}
