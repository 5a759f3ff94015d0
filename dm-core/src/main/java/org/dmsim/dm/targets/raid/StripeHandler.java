package org.dmsim.dm.targets.raid;

import java.util.List;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.report.KernelSymbol;

/**
 * Looks at a stripe and does what comes next for it: reads, computes, writes, checks. Mirrors
 * {@code handle_stripe} of {@code raid5.c}, 6.1; what is computed there beside it is computed here
 * at once.
 */
final class StripeHandler {

  private final Raid456 raid;
  private final RaidSet set;
  private final StripeParity parity;

  StripeHandler(Raid456 raid) {
    this.raid = raid;
    this.set = raid.set;
    parity = new StripeParity(set);
  }

  private int maxDegraded() {
    return set.type.parityDisks();
  }

  @KernelSymbol("handle_stripe")
  void handle(Stripe s) {
    s.handle = false;
    if (s.syncRequested) {
      s.syncRequested = false;
      s.syncing = true;
      s.inSync = false;
    }
    s.delayed = false;
    StripeState st = analyse(s);
    if (st.writeErrors || set.superblocks.isPending() && !set.readOnly.get()) {
      s.handle = true;
      failDisks(s);
      return;
    }
    if (st.failed > maxDegraded()) {
      giveUp(s, st);
    }
    boolean drained = s.reconstructed != Stripe.Reconstructed.NOT;
    if (drained) {
      writeOut(s, st);
    }
    st.pFailed = st.isFailed(s.layout.p());
    st.qFailed = s.layout.q() < 0 || st.isFailed(s.layout.q());
    if (st.written > 0 && isParityThere(s, st)) {
      endWritten(s);
    }
    boolean missing = st.syncing && st.upToDate < s.devs.length;
    if (st.toRead > 0 || st.nonOverwrite > 0 || st.toWrite > 0 && st.failed > 0 || missing) {
      fill(s, st);
    }
    if (st.toWrite > 0
        && s.reconstructed == Stripe.Reconstructed.NOT
        && s.check == Stripe.Check.IDLE) {
      dirty(s, st);
    }
    if (s.check != Stripe.Check.IDLE
        || st.syncing && st.locked == 0 && !st.computes() && !s.inSync) {
      s.handle = true;
      parity.check(s, st);
    }
    if (st.syncing && st.locked == 0 && !st.computes() && s.inSync) {
      s.syncing = false;
      set.recovery.done(Sectors.PER_PAGE, true);
      raid.overlapsAreGone();
    }
    if (st.failed <= maxDegraded()) {
      mendReadErrors(s, st);
    }
    runOps(s, st);
    runIo(s);
  }

  // ---- what is there ----------------------------------------------------------------------------

  @KernelSymbol("analyse_stripe")
  private StripeState analyse(Stripe s) {
    StripeState st = new StripeState();
    boolean recovers = false;
    for (int i = s.devs.length - 1; i >= 0; i--) {
      Stripe.Dev d = s.devs[i];
      s.changes();
      count(d, st);
      RaidDisk disk = raid.disk(i);
      d.inSync = disk != null && (disk.isInSync() || isRecovered(disk, s));
      if (d.writeError) {
        d.inSync = false;
        st.writeErrors |= disk != null;
        d.writeError = disk != null;
      }
      if (!d.inSync) {
        d.readError = false;
        d.rewritten = false;
      }
      d.inSync &= !d.readError;
      if (!d.inSync) {
        st.fails(i);
        recovers |= disk != null;
      }
    }
    st.syncing =
        s.syncing
            && (recovers
                || Long.compareUnsigned(s.sector, set.recoveryCp.get()) >= 0
                || set.recovery.bits.test(Recovery.REQUESTED));
    return st;
  }

  private static boolean isRecovered(RaidDisk disk, Stripe s) {
    long to = s.sector + Sectors.PER_PAGE;
    return Long.compareUnsigned(to, disk.recoveryOffset.get()) <= 0;
  }

  private static void count(Stripe.Dev d, StripeState st) {
    d.wantsFill = d.upToDate && !d.toRead.isEmpty();
    st.locked += d.locked ? 1 : 0;
    st.upToDate += d.upToDate ? 1 : 0;
    st.toFill += d.wantsFill ? 1 : 0;
    st.toRead += d.wantsFill || d.toRead.isEmpty() ? 0 : 1;
    if (!d.toWrite.isEmpty()) {
      st.toWrite++;
      st.nonOverwrite += d.overwrite ? 0 : 1;
    }
    st.written += d.written.isEmpty() ? 0 : 1;
  }

  private boolean isParityThere(Stripe s, StripeState st) {
    return (st.pFailed || isSettled(s.devs[s.layout.p()]))
        && (st.qFailed || isSettled(s.devs[s.layout.q()]));
  }

  private static boolean isSettled(Stripe.Dev d) {
    return d.inSync && !d.locked && d.upToDate;
  }

  /** Writes that failed: their disks have. */
  private void failDisks(Stripe s) {
    s.changes();
    for (int i = s.devs.length - 1; i >= 0; i--) {
      if (s.devs[i].writeError) {
        s.devs[i].writeError = false;
        RaidDisk disk = raid.disk(i);
        if (disk != null) {
          set.error(disk);
        }
      }
    }
  }

  /** Too many disks failed; {@code handle_failed_stripe} and {@code handle_failed_sync}. */
  @KernelSymbol("handle_failed_stripe")
  private void giveUp(Stripe s, StripeState st) {
    s.check = Stripe.Check.IDLE;
    s.reconstructed = Stripe.Reconstructed.NOT;
    if (st.toRead + st.toWrite + st.written > 0) {
      for (int i = s.devs.length - 1; i >= 0; i--) {
        Stripe.Dev d = s.devs[i];
        s.changes();
        if (d.readError && raid.disk(i) != null) {
          set.error(raid.disk(i));
        }
        failWrites(s, raid.take(s, d.toWrite));
        failWrites(s, raid.take(s, d.written));
        d.overwrite = false;
        if (!d.wantsFill && (!d.inSync || d.readError)) {
          List<Bio> reads = raid.take(s, d.toRead);
          st.toRead -= reads.isEmpty() ? 0 : 1;
          reads.forEach(Bio::ioError);
        }
        d.locked = false;
      }
      st.toWrite = 0;
      st.written = 0;
      raid.overlapsAreGone();
    }
    if (st.syncing) {
      s.syncing = false;
      st.syncing = false;
      boolean abort = set.recovery.bits.test(Recovery.RECOVER) && raid.isAnyRebuilt();
      if (abort) {
        raid.recoveryDisabled.set(true);
      }
      set.recovery.done(Sectors.PER_PAGE, !abort);
    }
  }

  private void failWrites(Stripe s, List<Bio> bios) {
    if (bios.isEmpty()) {
      return;
    }
    for (Bio bio : bios) {
      set.writeEnd();
      bio.ioError();
    }
    if (set.bitmap != null) {
      set.bitmap.endWrite(s.sector, Sectors.PER_PAGE, false);
    }
  }

  // ---- writes -----------------------------------------------------------------------------------

  /** New data and parity are computed: they go to the disks. */
  private void writeOut(Stripe s, StripeState st) {
    s.changes();
    boolean byOld = s.reconstructed == Stripe.Reconstructed.BY_OLD;
    s.reconstructed = Stripe.Reconstructed.NOT;
    for (int i = s.devs.length - 1; i >= 0; i--) {
      Stripe.Dev d = s.devs[i];
      if (!d.locked || !s.isParity(i) && d.written.isEmpty()) {
        continue;
      }
      d.wantsWrite = true;
      if (!byOld && st.failed <= 1 && (!d.inSync || s.isParity(i) && st.failed == 0)) {
        s.inSync = true;
      }
    }
    s.prereads = false;
  }

  /** Ends bios whose data and parity are on the disks. */
  @KernelSymbol("handle_stripe_clean_event")
  private void endWritten(Stripe s) {
    for (int i = s.devs.length - 1; i >= 0; i--) {
      Stripe.Dev d = s.devs[i];
      s.reads();
      if (d.locked || !d.upToDate) {
        continue;
      }
      List<Bio> bios = raid.take(s, d.written);
      for (Bio bio : bios) {
        set.writeEnd();
        bio.endio();
      }
      if (!bios.isEmpty() && set.bitmap != null) {
        set.bitmap.endWrite(s.sector, Sectors.PER_PAGE, !s.degraded);
      }
    }
  }

  /** Old data and parity, or all other data: whichever is less to read. */
  @KernelSymbol("handle_stripe_dirtying")
  private void dirty(Stripe s, StripeState st) {
    int rmw = 0;
    int rcw = 0;
    boolean force =
        set.recoveryCp.get() != RaidSet.MAX_SECTOR
            && Long.compareUnsigned(s.sector, set.recoveryCp.get()) >= 0
            && st.failed == 0;
    for (int i = 0; i < s.devs.length; i++) {
      int cost = s.devs[i].inSync ? 1 : 2 * s.devs.length;
      rmw += needsForRmw(s, st, i) ? cost : 0;
      rcw += needsForRcw(s, st, i) ? cost : 0;
    }
    if (force) {
      rmw = rcw + 1;
    }
    s.handle = true;
    boolean byOld = rmw < rcw;
    if ((byOld ? rmw : rcw) > 0) {
      prepare(s, st, byOld);
      if (rcw > s.devs.length && rmw > s.devs.length && !s.prereads) {
        s.delayed = true;
      }
    }
    if (st.locked == 0 && (rcw == 0 || rmw == 0) && !s.bitDelay) {
      reconstruct(s, st, rcw != 0);
    }
  }

  private static boolean isMissing(Stripe s, StripeState st, int disk) {
    s.reads();
    return !s.devs[disk].locked && !s.devs[disk].upToDate && !st.isComputed(disk);
  }

  private static boolean needsForRmw(Stripe s, StripeState st, int disk) {
    return isMissing(s, st, disk) && (s.isParity(disk) || !s.devs[disk].toWrite.isEmpty());
  }

  private static boolean needsForRcw(Stripe s, StripeState st, int disk) {
    return isMissing(s, st, disk) && !s.isParity(disk) && !s.devs[disk].overwrite;
  }

  /** Reads what is missing, unless that has to wait for further writes. */
  private void prepare(Stripe s, StripeState st, boolean byOld) {
    for (int i = s.devs.length - 1; i >= 0; i--) {
      Stripe.Dev d = s.devs[i];
      if (!d.inSync || !(byOld ? needsForRmw(s, st, i) : needsForRcw(s, st, i))) {
        continue;
      }
      if (s.prereads) {
        read(d, st);
      } else {
        s.delayed = true;
      }
    }
  }

  private static void read(Stripe.Dev d, StripeState st) {
    d.locked = true;
    d.wantsRead = true;
    st.locked++;
  }

  /** Says that new data come in and parity is computed; {@code schedule_reconstruction}. */
  private static void reconstruct(Stripe s, StripeState st, boolean byOld) {
    s.changes();
    for (int i = s.devs.length - 1; i >= 0; i--) {
      Stripe.Dev d = s.devs[i];
      boolean drains = !s.isParity(i) && !d.toWrite.isEmpty();
      if (drains && (!byOld || d.upToDate || st.isComputed(i))) {
        d.locked = true;
        st.locked++;
      }
    }
    if (byOld && st.locked == 0) {
      return;
    }
    for (int i = 0; i < s.devs.length; i++) {
      if (s.isParity(i)) {
        s.devs[i].locked = true;
        st.locked++;
      }
    }
    st.drain = true;
    st.byOld = byOld;
  }

  // ---- reads ------------------------------------------------------------------------------------

  @KernelSymbol("handle_stripe_fill")
  private void fill(Stripe s, StripeState st) {
    s.handle = true;
    if (s.check != Stripe.Check.IDLE || s.reconstructed != Stripe.Reconstructed.NOT) {
      return;
    }
    for (int i = s.devs.length - 1; i >= 0; i--) {
      if (StripeNeeds.needs(set, s, st, i) && fetch(s, st, i)) {
        return;
      }
    }
  }

  /** Reads or computes a page; true once nothing more can be asked for. */
  @KernelSymbol("fetch_block")
  private static boolean fetch(Stripe s, StripeState st, int disk) {
    s.changes();
    int disks = s.devs.length;
    boolean isP = s.layout.q() >= 0 && s.layout.p() == disk;
    if (st.upToDate == disks - 1 && (isP || st.failed > 0 && st.isFailed(disk))) {
      st.target = disk;
      st.upToDate++;
      return true;
    }
    if (st.upToDate == disks - 2 && st.failed >= 2) {
      int other = disks - 1;
      while (other == disk || s.devs[other].upToDate) {
        other--;
      }
      st.target = disk;
      st.secondTarget = other;
      st.upToDate += 2;
      return true;
    }
    if (s.devs[disk].inSync) {
      read(s.devs[disk], st);
    }
    return false;
  }

  /** What could not be read was computed: it is written, and read again. */
  private static void mendReadErrors(Stripe s, StripeState st) {
    s.changes();
    for (int i = 0; i < st.failed && i < st.failedDisks.length; i++) {
      Stripe.Dev d = s.devs[st.failedDisks[i]];
      if (d.readError && !d.locked && d.upToDate) {
        d.wantsWrite |= !d.rewritten;
        d.wantsRead |= d.rewritten;
        d.rewritten = true;
        d.locked = true;
        st.locked++;
      }
    }
  }

  // ---- computing --------------------------------------------------------------------------------

  @KernelSymbol("raid_run_ops")
  private void runOps(Stripe s, StripeState st) {
    s.changes();
    if (st.toFill > 0) {
      for (Stripe.Dev d : s.devs) {
        if (d.wantsFill) {
          d.wantsFill = false;
          for (Bio bio : raid.take(s, d.toRead)) {
            d.copy(bio, false);
            bio.endio();
          }
        }
      }
      s.handle = true;
    }
    if (st.computes()) {
      s.compute(st.target, st.secondTarget);
      s.devs[st.target].upToDate = true;
      if (st.secondTarget >= 0) {
        s.devs[st.secondTarget].upToDate = true;
      }
      s.handle = true;
    }
    if (st.drain) {
      drain(s, st);
    }
    if (st.compareP || st.compareQ) {
      parity.compare(s, st);
    }
  }

  private void drain(Stripe s, StripeState st) {
    int flags = 0;
    for (int i = 0; i < s.devs.length; i++) {
      Stripe.Dev d = s.devs[i];
      s.changes();
      if (s.isParity(i) || !d.locked || d.toWrite.isEmpty()) {
        continue;
      }
      if (st.byOld) {
        s.changeParity(i);
      }
      int own = 0;
      for (Bio bio : raid.take(s, d.toWrite)) {
        d.copy(bio, true);
        d.written.add(bio);
        own |= bio.opf() & (Opf.REQ_SYNC | Opf.REQ_FUA);
      }
      flags |= own;
      d.upToDate = true;
      d.overwrite = false;
      if (st.byOld) {
        s.changeParity(i);
      }
    }
    s.changes();
    if (!st.byOld) {
      s.computeParity();
    }
    for (int i = 0; i < s.devs.length; i++) {
      if (s.isParity(i)) {
        s.devs[i].upToDate = true;
        s.devs[i].writeFlags |= flags;
      } else if (!s.devs[i].written.isEmpty()) {
        s.devs[i].writeFlags |= flags;
      }
    }
    s.reconstructed = st.byOld ? Stripe.Reconstructed.BY_OLD : Stripe.Reconstructed.BY_ALL;
    s.handle = true;
    raid.overlapsAreGone();
  }

  // ---- disks ------------------------------------------------------------------------------------

  @KernelSymbol("ops_run_io")
  private void runIo(Stripe s) {
    for (int i = s.devs.length - 1; i >= 0; i--) {
      s.changes();
      Stripe.Dev d = s.devs[i];
      boolean write = d.wantsWrite;
      if (!write && !d.wantsRead) {
        continue;
      }
      d.wantsWrite = false;
      d.wantsRead &= write;
      int opf = write ? Opf.REQ_OP_WRITE | d.writeFlags : Opf.REQ_OP_READ;
      d.writeFlags = 0;
      if (raid.disk(i) != null) {
        raid.submit(s, i, opf);
      } else {
        s.degraded |= write;
        d.locked = false;
        s.handle = true;
      }
    }
  }
}
