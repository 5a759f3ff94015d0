package org.dmsim.dm.targets.raid;

import org.dmsim.block.bio.Bio;
import org.dmsim.memory.SharedInt;

/** A bio of the set and its clones on the disks, or a part of a resync: {@code struct r1bio}. */
final class Raid1Request {

  /** A clone for one disk, or a bio of a resync. */
  static final class LegBio extends Bio {
    Raid1 raid;
    Raid1Request request;
    RaidDisk disk;
    int index;
  }

  /** Null for a part of a resync. */
  Bio master;

  long sector;
  int sectors;
  final SharedInt remaining = new SharedInt("r1_bio->remaining", 1);

  /** Clones whose write failed, of each place. */
  final LegBio[] failed;

  int readDisk = -1;

  /** {@code R1BIO_Uptodate}: one disk has it. */
  volatile boolean upToDate;

  /** {@code R1BIO_WriteError}. */
  volatile boolean writeError;

  /** {@code R1BIO_ReadError}. */
  volatile boolean readError;

  /** {@code R1BIO_Degraded}: not all disks have it. */
  volatile boolean degraded;

  /** Of a resync: what each place reads or writes into; null for a place that takes no part. */
  byte[][] pages;

  /** Of a resync: the places that are read; all others with pages are written. */
  boolean[] reads;

  /** Of a resync: the places whose read failed. */
  boolean[] readFailed;

  Raid1Request(Bio master, int disks) {
    this.master = master;
    failed = new LegBio[disks];
    if (master != null) {
      sector = master.sector();
      sectors = (int) master.sectors();
    }
  }
}
