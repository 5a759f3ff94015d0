package org.dmsim.dm.targets.raid;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioSet;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SharedLong;
import org.dmsim.report.KernelSymbol;

/** The same on all disks. Mirrors {@code raid1.c}, 6.1, without a bitmap. */
final class Raid1 implements Personality {

  private static final BioEndIo END_READ = Raid1::endRead;
  private static final BioEndIo END_WRITE = Raid1::endWrite;

  private final RaidSet set;
  private final BioSet bios = new BioSet("bio", null, BioSet.BIO_POOL_SIZE, LegBio::new);

  /** Where the heads stand, and where the next read of a run would begin; of each disk. */
  private final SharedLong[] head;

  private final SharedLong[] nextInRun;

  /** One request: {@code struct r1bio}. */
  private static final class Request {
    final Bio master;
    final SharedInt remaining = new SharedInt("r1_bio->remaining", 1);

    Request(Bio master) {
      this.master = master;
    }

    void ended() {
      if (remaining.decAndTest()) {
        master.endio();
      }
    }
  }

  /** A bio to one disk. */
  private static final class LegBio extends Bio {
    private Raid1 raid;
    private Request request;
    private RaidDisk disk;
    private long end;
  }

  Raid1(RaidSet set) {
    this.set = set;
    head = new SharedLong[set.disks.length];
    nextInRun = new SharedLong[set.disks.length];
    for (int i = 0; i < head.length; i++) {
      head[i] = new SharedLong("mirror->head_position", 0);
      nextInRun[i] = new SharedLong("mirror->next_seq_sect", 0);
    }
  }

  @Override
  @KernelSymbol("raid1_run")
  public void run() throws TargetError {
    int active = set.usableDisks();
    if (active < 1) {
      throw RaidSet.failed(RaidParameters.refuse(""));
    }
    DmLog.print("md/raid1:mdX: active with " + active + " out of " + set.disks.length + " mirrors");
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
  public void makeRequest(Bio bio) {
    if (Opf.isWrite(bio.opf())) {
      write(bio);
    } else {
      read(bio);
    }
  }

  /** Chooses the disk of a read; mirrors {@code read_balance} for a set that is in sync. */
  @KernelSymbol("read_balance")
  private RaidDisk balance(long sector) {
    RaidDisk best = null;
    RaidDisk lastResort = null;
    int fewest = Integer.MAX_VALUE;
    for (RaidDisk d : set.disks) {
      if (!d.isUsable()) {
        continue;
      }
      if (d.writeMostly) {
        lastResort = lastResort == null ? d : lastResort;
        continue;
      }
      int pending = d.pending.readOnce();
      if (nextInRun[d.number].readOnce() == sector || head[d.number].readOnce() == sector) {
        return d;
      }
      if (pending < fewest) {
        fewest = pending;
        best = d;
      }
    }
    return best == null ? lastResort : best;
  }

  private LegBio clone(Bio bio, Request request, RaidDisk disk, int opf, BioEndIo end) {
    LegBio leg = (LegBio) bios.allocClone(disk.bdev(), bio, Gfp.NOIO);
    leg.raid = this;
    leg.request = request;
    leg.disk = disk;
    leg.end = bio.endSector();
    leg.setOpf(opf);
    leg.setEndIo(end);
    disk.pending.add(1);
    return leg;
  }

  @KernelSymbol("raid1_read_request")
  private void read(Bio bio) {
    RaidDisk disk = balance(bio.sector());
    nextInRun[disk.number].writeOnce(bio.endSector());
    int opf = bio.op() | (bio.opf() & Opf.REQ_SYNC);
    BlkCore.submitBioNoacct(clone(bio, new Request(bio), disk, opf, END_READ));
  }

  @KernelSymbol("raid1_write_request")
  private void write(Bio bio) {
    Request request = new Request(bio);
    int opf = bio.op() | (bio.opf() & (Opf.REQ_SYNC | Opf.REQ_FUA));
    for (RaidDisk d : set.disks) {
      if (d.isThere()) {
        request.remaining.add(1);
        BlkCore.submitBioNoacct(clone(bio, request, d, opf, END_WRITE));
      }
    }
    request.ended();
  }

  /** What both ends do: {@code update_head_pos}, and the disk has one I/O less. */
  private static Request ended(LegBio leg) {
    if (leg.status() != BlkStatus.OK && leg.status() != BlkStatus.NOTSUPP) {
      throw new NotModelledException("a disk of raid1 that fails is not modelled");
    }
    Request request = leg.request;
    if (leg.status() != BlkStatus.OK) {
      request.master.setStatus(leg.status());
    }
    leg.raid.head[leg.disk.number].writeOnce(leg.end);
    leg.disk.pending.add(-1);
    leg.put();
    return request;
  }

  @KernelSymbol("raid1_end_read_request")
  private static void endRead(Bio bio) {
    ended((LegBio) bio).ended();
  }

  @KernelSymbol("raid1_end_write_request")
  private static void endWrite(Bio bio) {
    ended((LegBio) bio).ended();
  }
}
