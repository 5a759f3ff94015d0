package org.dmsim.dm.targets.raid;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
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
  private volatile boolean inSync = true;

  /** {@code WriteMostly}. */
  boolean writeMostly;

  /** {@code Faulty}: it failed. */
  private volatile boolean faulty;

  /** {@code Blocked}: nobody may write to the others before its failure is written down. */
  private volatile boolean blocked;

  /** {@code FaultRecorded}. */
  private volatile boolean faultRecorded;

  /** {@code FirstUse}: it had no superblock. */
  boolean firstUse;

  /** {@code WantReplacement}: a write to it failed. */
  private volatile boolean wantReplacement;

  /** {@code raid_disk}: its place in the set; -1 once it was removed. */
  private volatile int position;

  /** {@code saved_raid_disk}: its place before; -1 for none. */
  private volatile int savedPosition = -1;

  /** Sectors that are in sync if it is not as a whole. */
  private volatile long recoveryOffset = RaidSet.MAX_SECTOR;

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
    this.position = number;
  }

  // ---- what other tasks see too ---

  boolean inSync() {
    Sched.touch(this, Access.READ);
    return inSync;
  }

  void inSync(boolean value) {
    Sched.touch(this, Access.WRITE);
    inSync = value;
  }

  boolean faulty() {
    Sched.touch(this, Access.READ);
    return faulty;
  }

  void faulty(boolean value) {
    Sched.touch(this, Access.WRITE);
    faulty = value;
  }

  boolean blocked() {
    Sched.touch(this, Access.READ);
    return blocked;
  }

  void blocked(boolean value) {
    Sched.touch(this, Access.WRITE);
    blocked = value;
  }

  boolean faultRecorded() {
    Sched.touch(this, Access.READ);
    return faultRecorded;
  }

  void faultRecorded(boolean value) {
    Sched.touch(this, Access.WRITE);
    faultRecorded = value;
  }

  boolean wantReplacement() {
    Sched.touch(this, Access.READ);
    return wantReplacement;
  }

  void wantReplacement(boolean value) {
    Sched.touch(this, Access.WRITE);
    wantReplacement = value;
  }

  int position() {
    Sched.touch(this, Access.READ);
    return position;
  }

  void position(int value) {
    Sched.touch(this, Access.WRITE);
    position = value;
  }

  int savedPosition() {
    Sched.touch(this, Access.READ);
    return savedPosition;
  }

  void savedPosition(int value) {
    Sched.touch(this, Access.WRITE);
    savedPosition = value;
  }

  long recoveryOffset() {
    Sched.touch(this, Access.READ);
    return recoveryOffset;
  }

  void recoveryOffset(long value) {
    Sched.touch(this, Access.WRITE);
    recoveryOffset = value;
  }

  boolean isThere() {
    return device != null;
  }

  /** Whether it has its part of the data. */
  boolean isUsable() {
    return device != null && inSync && !faulty;
  }

  /** As {@link #faulty}, asked by who holds no lock. */
  boolean isFaulty() {
    Sched.point(this, Access.READ);
    return faulty;
  }

  /** As {@link #inSync}, asked by who holds no lock. */
  boolean isInSync() {
    Sched.point(this, Access.READ);
    return inSync;
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
