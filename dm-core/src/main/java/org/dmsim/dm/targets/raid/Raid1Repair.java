package org.dmsim.dm.targets.raid;

import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.report.KernelSymbol;

/**
 * What raid1 does about reads and writes that failed; in the set's thread. {@code raid1.c}, 6.1.
 */
final class Raid1Repair {

  private final Raid1 raid;

  Raid1Repair(Raid1 raid) {
    this.raid = raid;
  }

  /** A write failed on some disks: they are failed too. Mirrors {@code handle_write_finished}. */
  @KernelSymbol("handle_write_finished")
  void writeFinished(Raid1Request r) {
    for (Raid1Request.LegBio leg : r.failed) {
      if (leg != null) {
        raid.set.error(leg.disk);
        r.degraded = true;
        RaidDisk d = leg.disk;
        leg.put();
        raid.set.disksIoEnded(d);
      }
    }
    raid.endLater(r);
  }

  /** Mends a block from another disk, and reads again; mirrors {@code handle_read_error}. */
  @KernelSymbol("handle_read_error")
  void readError(Raid1Request r) {
    RaidDisk d = raid.mirrors[r.readDisk];
    raid.barrier.freeze(1);
    fix(r);
    raid.barrier.thaw();
    raid.set.disksIoEnded(d);
    raid.barrier.end();
    Bio bio = r.master;
    raid.read(bio, r);
  }

  @KernelSymbol("fix_read_error")
  private void fix(Raid1Request r) {
    byte[] page = new byte[Sectors.PAGE_SIZE];
    long sector = r.sector;
    int left = r.sectors;
    while (left > 0) {
      int n = Math.min(left, Sectors.PER_PAGE);
      int good = readAnywhere(r.readDisk, sector, n, page);
      if (good < 0) {
        raid.set.error(raid.mirrors[r.readDisk]);
        return;
      }
      writeBack(r.readDisk, good, sector, n, page);
      left -= n;
      sector += n;
    }
  }

  /** The place that has it, -1 if there is none. */
  private int readAnywhere(int from, long sector, int n, byte[] page) {
    int i = from;
    do {
      RaidDisk d = raid.mirrors[i];
      boolean has =
          d != null
              && (d.isInSync()
                  || !d.faulty.get()
                      && Long.compareUnsigned(d.recoveryOffset.get(), sector + n) >= 0);
      if (has && d.syncIo(sector, page, 0, n << Sectors.SHIFT, Opf.REQ_OP_READ, false)) {
        return i;
      }
      i = (i + 1) % raid.mirrors.length;
    } while (i != from);
    return -1;
  }

  /** Writes it to the places in front of the good one, back to the one that failed, and looks. */
  private void writeBack(int bad, int good, long sector, int n, byte[] page) {
    for (int i = good; i != bad; ) {
      i = (i == 0 ? raid.mirrors.length : i) - 1;
      RaidDisk d = raid.mirrors[i];
      if (d != null && !d.isFaulty()) {
        pageIo(d, sector, n, page, Opf.REQ_OP_WRITE);
      }
    }
    for (int i = good; i != bad; ) {
      i = (i == 0 ? raid.mirrors.length : i) - 1;
      RaidDisk d = raid.mirrors[i];
      if (d != null && !d.isFaulty() && pageIo(d, sector, n, page, Opf.REQ_OP_READ)) {
        Raid1.say("read error corrected (" + n + " sectors at " + sector + " on " + d + ")");
      }
    }
  }

  @KernelSymbol("r1_sync_page_io")
  private boolean pageIo(RaidDisk d, long sector, int n, byte[] page, int op) {
    if (d.syncIo(sector, page, 0, n << Sectors.SHIFT, op, false)) {
      return true;
    }
    if (op == Opf.REQ_OP_WRITE && !d.wantReplacement.get()) {
      d.wantReplacement.set(true);
      raid.set.recovery.needed();
    }
    raid.set.error(d);
    return false;
  }
}
