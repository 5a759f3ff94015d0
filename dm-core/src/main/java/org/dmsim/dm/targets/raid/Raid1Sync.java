package org.dmsim.dm.targets.raid;

import java.util.Arrays;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.core.BlkCore;
import org.dmsim.context.Sleep;
import org.dmsim.memory.Gfp;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;

/** Resync, rebuild, check and repair of raid1, 64 KiB at a time. {@code raid1.c}, 6.1. */
final class Raid1Sync {

  /** {@code RESYNC_SECTORS}. */
  private static final int MOST = 64 * 1024 >> Sectors.SHIFT;

  private static final BioEndIo END_READ = Raid1Sync::endRead;
  private static final BioEndIo END_WRITE = Raid1Sync::endWrite;

  private final Raid1 raid;
  private final RaidSet set;

  Raid1Sync(Raid1 raid) {
    this.raid = raid;
    this.set = raid.set;
  }

  private boolean is(int bit) {
    return set.recovery.bits.test(bit);
  }

  /**
   * Begins a part; mirrors {@code raid1_sync_request}.
   *
   * @param skipped is set where nothing has to be done
   * @return sectors that it is about; 0 to give up
   */
  @KernelSymbol("raid1_sync_request")
  long request(long sector, boolean[] skipped) {
    long most = set.devSectors;
    if (Long.compareUnsigned(sector, most) >= 0) {
      close(most);
      return 0;
    }
    MdBitmap bitmap = set.bitmap;
    boolean asked = is(Recovery.REQUESTED);
    if (bitmap == null
        && set.recoveryCp.get() == RaidSet.MAX_SECTOR
        && !asked
        && !raid.fullSync.get()) {
      skipped[0] = true;
      return most - sector;
    }
    if (bitmap != null && !raid.fullSync.get() && !asked) {
      MdBitmap.Answer a = bitmap.startSync(sector, true);
      if (!a.needed()) {
        skipped[0] = true;
        return a.blocks();
      }
    }
    if (raid.barrier.isAwaited()) {
      Sleep.timeoutUninterruptible(Jiffies.NANOSECONDS);
    }
    if (bitmap != null) {
      bitmap.condEndSync(sector);
    }
    if (!raid.barrier.raise(set.recovery)) {
      return 0;
    }
    return begin(sector, most, skipped);
  }

  private void close(long most) {
    if (set.bitmap != null) {
      long current = set.recovery.current.get();
      if (Long.compareUnsigned(current, most) < 0) {
        set.bitmap.endSync(current, true);
      }
      set.bitmap.closeSync();
    }
    if (Long.compareUnsigned(set.recovery.current.get(), most) >= 0) {
      raid.fullSync.set(false);
    }
  }

  private long begin(long sector, long most, boolean[] skipped) {
    Raid1Request r = new Raid1Request(null, raid.mirrors.length);
    int n = raid.mirrors.length;
    r.sector = sector;
    r.pages = new byte[n][];
    r.reads = new boolean[n];
    r.readFailed = new boolean[n];
    boolean degraded = false;
    int reads = 0;
    int writes = 0;
    int wonly = -1;
    for (int i = 0; i < n; i++) {
      RaidDisk d = raid.mirrors[i];
      if (d == null || d.isFaulty()) {
        degraded = true;
        continue;
      }
      d.pending.add(1);
      r.pages[i] = new byte[MOST << Sectors.SHIFT];
      if (!d.isInSync()) {
        writes++;
        continue;
      }
      r.reads[i] = true;
      reads++;
      if (d.writeMostly) {
        wonly = wonly < 0 ? i : wonly;
      } else if (r.readDisk < 0) {
        r.readDisk = i;
      }
    }
    r.readDisk = r.readDisk < 0 ? wonly : r.readDisk;
    if (is(Recovery.SYNC) && reads > 0) {
      writes += reads - 1;
    }
    if (writes == 0 || reads == 0) {
      skipped[0] = true;
      put(r);
      return most - sector;
    }
    r.sectors = extent(sector, most, degraded);
    submitReads(r, reads);
    return r.sectors;
  }

  /** How far one part goes: over regions that need it. */
  private int extent(long sector, long most, boolean degraded) {
    long end = Math.min(most, sector + MOST);
    if (set.bitmap == null) {
      return (int) (end - sector);
    }
    long at = sector;
    while (at < end) {
      MdBitmap.Answer a = set.bitmap.startSync(at, degraded);
      if (!a.needed() && !raid.fullSync.get() && !is(Recovery.REQUESTED)) {
        break;
      }
      at = Math.min(end, at + a.blocks());
    }
    return (int) (at - sector);
  }

  private void submitReads(Raid1Request r, int reads) {
    if (!is(Recovery.REQUESTED)) {
      r.remaining.writeOnce(1);
      submit(r, r.readDisk, Opf.REQ_OP_READ, END_READ);
      return;
    }
    r.remaining.writeOnce(reads);
    for (int i = 0; i < r.reads.length; i++) {
      if (r.reads[i]) {
        submit(r, i, Opf.REQ_OP_READ, END_READ);
      }
    }
  }

  private void submit(Raid1Request r, int index, int op, BioEndIo end) {
    RaidDisk d = raid.mirrors[index];
    Raid1Request.LegBio bio = (Raid1Request.LegBio) raid.bios.alloc(d.bdev(), op, Gfp.NOIO);
    bio.raid = raid;
    bio.request = r;
    bio.disk = d;
    bio.index = index;
    bio.setSector(r.sector);
    bio.setData(r.pages[index], 0, r.sectors << Sectors.SHIFT);
    bio.setEndIo(end);
    BlkCore.submitBioNoacct(bio);
  }

  /** Gives back what a part holds; {@code put_buf}. */
  private void put(Raid1Request r) {
    for (int i = 0; i < r.pages.length; i++) {
      if (r.pages[i] != null) {
        set.disksIoEnded(raid.mirrors[i]);
      }
    }
    raid.barrier.lower();
  }

  @KernelSymbol("end_sync_read")
  private static void endRead(Bio bio) {
    Raid1Request.LegBio leg = (Raid1Request.LegBio) bio;
    Raid1Request r = leg.request;
    if (leg.status() == BlkStatus.OK) {
      r.upToDate = true;
    } else {
      r.readFailed[leg.index] = true;
    }
    Raid1 raid = leg.raid;
    leg.put();
    if (r.remaining.decAndTest()) {
      raid.retry(r);
    }
  }

  @KernelSymbol("end_sync_write")
  private static void endWrite(Bio bio) {
    Raid1Request.LegBio leg = (Raid1Request.LegBio) bio;
    Raid1Request r = leg.request;
    Raid1 raid = leg.raid;
    boolean ok = leg.status() == BlkStatus.OK;
    if (!ok) {
      abort(raid.set, r);
      if (!leg.disk.wantReplacement.get()) {
        leg.disk.wantReplacement.set(true);
        raid.set.recovery.needed();
      }
      r.writeError = true;
      r.readFailed[leg.index] = true;
    }
    leg.put();
    raid.syncWriteEnded(r, ok);
  }

  @KernelSymbol("abort_sync_write")
  private static void abort(RaidSet set, Raid1Request r) {
    if (set.bitmap == null) {
      return;
    }
    for (long s = r.sector; s < r.sector + r.sectors; ) {
      s += set.bitmap.endSync(s, true);
    }
  }

  /** One write less; {@code put_sync_write_buf}. */
  @KernelSymbol("put_sync_write_buf")
  void writeEnded(Raid1Request r, boolean ok) {
    if (!r.remaining.decAndTest()) {
      return;
    }
    if (r.writeError) {
      raid.retry(r);
    } else {
      int n = r.sectors;
      put(r);
      set.recovery.done(n, ok);
    }
  }

  // ---- in the set's thread ----------------------------------------------------------------------

  /** A part was read, or was not written everywhere. */
  void handle(Raid1Request r) {
    if (r.writeError) {
      for (int i = 0; i < r.pages.length; i++) {
        if (r.pages[i] != null && r.readFailed[i]) {
          set.error(raid.mirrors[i]);
        }
      }
      int n = r.sectors;
      put(r);
      set.recovery.done(n, true);
    } else {
      writeOut(r);
    }
  }

  @KernelSymbol("sync_request_write")
  private void writeOut(Raid1Request r) {
    if (!r.upToDate && (is(Recovery.REQUESTED) || !readElsewhere(r))) {
      raid.recoveryDisabled.set(true);
      set.recovery.bits.set(Recovery.INTR);
      set.recovery.done(r.sectors, false);
      put(r);
      return;
    }
    boolean[] write = new boolean[r.pages.length];
    for (int i = 0; i < write.length; i++) {
      write[i] = r.pages[i] != null && i != r.readDisk && (!r.reads[i] || is(Recovery.SYNC));
    }
    if (is(Recovery.REQUESTED)) {
      compare(r, write);
    }
    r.remaining.writeOnce(1);
    for (int i = 0; i < write.length; i++) {
      if (!write[i]) {
        continue;
      }
      if (raid.mirrors[i].isFaulty()) {
        abort(set, r);
        continue;
      }
      if (r.pages[i] != r.pages[r.readDisk]) {
        System.arraycopy(r.pages[r.readDisk], 0, r.pages[i], 0, r.sectors << Sectors.SHIFT);
      }
      r.readFailed[i] = false;
      r.remaining.add(1);
      submit(r, i, Opf.REQ_OP_WRITE, END_WRITE);
    }
    writeEnded(r, true);
  }

  /** Mirrors {@code process_checks}: writes only where something differs, and not in a check. */
  @KernelSymbol("process_checks")
  private void compare(Raid1Request r, boolean[] write) {
    int primary = 0;
    while (!r.reads[primary] || r.readFailed[primary]) {
      primary++;
    }
    r.readDisk = primary;
    int bytes = r.sectors << Sectors.SHIFT;
    for (int i = 0; i < write.length; i++) {
      if (i == primary || !r.reads[i]) {
        write[i] &= i != primary;
        continue;
      }
      boolean same =
          !r.readFailed[i] && Arrays.equals(r.pages[primary], 0, bytes, r.pages[i], 0, bytes);
      if (!same) {
        set.recovery.mismatches.set(set.recovery.mismatches.get() + r.sectors);
      }
      write[i] = !same && (!is(Recovery.CHECK) || r.readFailed[i]);
    }
  }

  /** Page by page from whoever has it; mirrors {@code fix_sync_read_error}. */
  @KernelSymbol("fix_sync_read_error")
  private boolean readElsewhere(Raid1Request r) {
    int n = r.pages.length;
    for (int done = 0; done < r.sectors; ) {
      int s = Math.min(r.sectors - done, Sectors.PER_PAGE);
      int good = -1;
      for (int k = 0; k < n && good < 0; k++) {
        int i = (r.readDisk + k) % n;
        if (r.reads[i] && pageIo(r, i, done, s, Opf.REQ_OP_READ)) {
          good = i;
        }
      }
      if (good < 0) {
        Raid1.say(
            raid.mirrors[r.readDisk] + ": unrecoverable I/O read error for block " + r.sector);
        return false;
      }
      mend(r, good, done, s);
      done += s;
    }
    r.upToDate = true;
    return true;
  }

  private boolean pageIo(Raid1Request r, int i, int done, int s, int op) {
    int at = done << Sectors.SHIFT;
    return raid.mirrors[i].syncIo(
        r.sector + done, r.pages[r.readDisk], at, s << Sectors.SHIFT, op, false);
  }

  private void mend(Raid1Request r, int good, int done, int s) {
    for (int i = good; i != r.readDisk; ) {
      i = (i == 0 ? r.pages.length : i) - 1;
      if (r.reads[i] && !pageIo(r, i, done, s, Opf.REQ_OP_WRITE)) {
        raid.mirrors[i].wantReplacement.set(true);
        set.recovery.needed();
        set.error(raid.mirrors[i]);
        r.reads[i] = false;
      }
    }
    for (int i = good; i != r.readDisk; ) {
      i = (i == 0 ? r.pages.length : i) - 1;
      if (r.reads[i] && !pageIo(r, i, done, s, Opf.REQ_OP_READ)) {
        set.error(raid.mirrors[i]);
      }
    }
  }
}
