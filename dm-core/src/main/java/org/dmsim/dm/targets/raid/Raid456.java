package org.dmsim.dm.targets.raid;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioSet;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * Stripes with parity: the cache of stripes, and the worker that reads what is missing, computes
 * parity and writes. Mirrors {@code raid5.c}, 6.1, without journal, batches and disks that fail
 * while they are in use; one lock stands for those of the cache, and a work for its thread.
 */
final class Raid456 implements Personality {

  /** {@code NR_STRIPE_HASH_LOCKS}: the cache is divided into so many parts. */
  private static final int PARTS = 8;

  /** {@code MAX_STRIPE_BATCH}. */
  private static final int BATCH = 8;

  private static final int MINIMUM_OF_6 = 4;
  private static final BioEndIo END_ALIGNED = Raid456::endAligned;
  private static final BioEndIo END_IO = Raid456::endIo;

  /** A bio to one disk. */
  private static final class DiskBio extends Bio {
    private Raid456 raid;
    private Stripe stripe;
    private int disk;
  }

  private final RaidSet set;
  private final int maxStripes;
  private final BioSet bios = new BioSet("bio", null, BioSet.BIO_POOL_SIZE, DiskBio::new);
  private final SpinLock deviceLock = new SpinLock("&conf->device_lock");
  private final Map<Long, Stripe> cache = new HashMap<>();
  private final List<ArrayDeque<Stripe>> inactive = new ArrayList<>();
  private final SharedInt[] inactiveCount = new SharedInt[PARTS];
  private final WaitQueue waitForStripe = new WaitQueue("&conf->wait_for_stripe");
  private final WaitQueue waitForOverlap = new WaitQueue("&conf->wait_for_overlap");
  private final SharedInt overlapsGone = new SharedInt("R5_Overlap", 0);
  private final ArrayDeque<Stripe> handleList = new ArrayDeque<>();
  private final ArrayDeque<Stripe> delayedList = new ArrayDeque<>();
  private final Workqueue thread;
  private final Work raid5d = new Work("raid5d", this::raid5d);

  Raid456(RaidSet set, int maxStripes) {
    this.set = set;
    this.maxStripes = maxStripes;
    thread = Workqueue.allocOrdered("mdX_raid" + set.type.level(), Workqueue.MEM_RECLAIM);
    for (int i = 0; i < PARTS; i++) {
      inactive.add(new ArrayDeque<>());
      inactiveCount[i] = new SharedInt("conf->inactive_list", 0);
    }
  }

  @Override
  @KernelSymbol("raid5_run")
  public void run() throws TargetError {
    int disks = set.disks.length;
    if (set.type.level() == 6 && disks < MINIMUM_OF_6) {
      say("not enough configured devices (" + disks + ", minimum 4)");
      throw RaidSet.failed(RaidParameters.refuse(""));
    }
    for (RaidDisk d : set.disks) {
      if (d.isUsable()) {
        say("device " + d.bdev().name() + " operational as raid disk " + d.number);
      }
    }
    int failed = degraded();
    if (failed > set.type.parityDisks()) {
      say("not enough operational devices (" + failed + "/" + disks + " failed)");
      say("failed to run raid set.");
      throw RaidSet.failed(new TargetError(Errno.EIO, ""));
    }
    set.devSectors &= -set.chunkSectors;
    say(
        "raid level "
            + set.type.level()
            + " active with "
            + (disks - failed)
            + " out of "
            + disks
            + " devices, algorithm "
            + set.type.algorithm());
    Syndrome syndrome = new Syndrome();
    for (int i = 0; i < maxStripes; i++) {
      inactive.get(i % PARTS).add(new Stripe(disks, syndrome));
      inactiveCount[i % PARTS].add(1);
    }
  }

  private static void say(String text) {
    DmLog.print("md/raid:mdX: " + text);
  }

  private int degraded() {
    return set.disks.length - set.usableDisks();
  }

  @Override
  public long size() {
    return set.devSectors * (set.disks.length - set.type.parityDisks());
  }

  @Override
  public void free() {
    thread.destroy();
    bios.exit();
  }

  // ---- requests ---------------------------------------------------------------------------------

  @Override
  @KernelSymbol("raid5_make_request")
  public void makeRequest(Bio bio) {
    boolean write = Opf.isWrite(bio.opf());
    if (!write && degraded() == 0 && isInChunk(bio)) {
      readAligned(bio);
      return;
    }
    for (long at = bio.sector() & -Sectors.PER_PAGE; at < bio.endSector(); at += Sectors.PER_PAGE) {
      stripeRequest(bio, at, write);
    }
    bio.endio();
  }

  private boolean isInChunk(Bio bio) {
    return Long.divideUnsigned(bio.sector(), set.chunkSectors)
        == Long.divideUnsigned(bio.endSector() - 1, set.chunkSectors);
  }

  /** Past the cache, since no stripe holds what the disk does not; {@code raid5_read_one_chunk}. */
  @KernelSymbol("raid5_read_one_chunk")
  private void readAligned(Bio bio) {
    StripeLayout where = StripeLayout.of(set, bio.sector());
    DiskBio clone = (DiskBio) bios.allocClone(set.disks[where.data()].bdev(), bio, Gfp.NOIO);
    clone.setSector(where.sector());
    clone.setOwner(bio);
    clone.setEndIo(END_ALIGNED);
    BlkCore.submitBioNoacct(clone);
  }

  @KernelSymbol("raid5_align_endio")
  private static void endAligned(Bio clone) {
    Bio bio = (Bio) clone.owner();
    checkEnded(clone);
    clone.put();
    bio.endio();
  }

  private static void checkEnded(Bio bio) {
    if (bio.status() != BlkStatus.OK) {
      throw new NotModelledException("a disk of raid4/5/6 that fails is not modelled");
    }
  }

  /**
   * Adds a bio to the stripe of a sector, and lets that be handled; {@code make_stripe_request}.
   */
  @KernelSymbol("make_stripe_request")
  private void stripeRequest(Bio bio, long sector, boolean write) {
    StripeLayout where = StripeLayout.of(set, sector);
    for (; ; ) {
      Stripe stripe = activeStripe(where);
      int seen = overlapsGone.readOnce();
      deviceLock.lockIrq();
      Stripe.Dev dev = stripe.devs[where.data()];
      dev.sector = sector;
      boolean added = !write || !dev.overlaps(bio);
      if (added) {
        bio.incRemaining();
        if (write) {
          dev.addWrite(bio);
        } else {
          dev.toRead.add(bio);
        }
        stripe.handle = true;
        stripe.prereads |= bio.hasOpf(Opf.REQ_SYNC);
      }
      deviceLock.unlockIrq();
      release(stripe);
      if (added) {
        return;
      }
      waitForOverlap.waitEvent(() -> overlapsGone.readOnce() != seen);
    }
  }

  /** The stripe of a sector, held; {@code raid5_get_active_stripe}. */
  @KernelSymbol("raid5_get_active_stripe")
  private Stripe activeStripe(StripeLayout where) {
    long sector = where.sector() & -Sectors.PER_PAGE;
    int part = part(sector);
    for (; ; ) {
      deviceLock.lockIrq();
      Stripe found = cache.get(sector);
      if (found != null) {
        if (inactive.get(part).remove(found)) {
          inactiveCount[part].add(-1);
        }
      } else if (!inactive.get(part).isEmpty()) {
        found = inactive.get(part).poll();
        inactiveCount[part].add(-1);
        cache.remove(found.sector);
        found.init(where);
        cache.put(sector, found);
      }
      if (found != null) {
        found.count++;
      }
      deviceLock.unlockIrq();
      if (found != null) {
        return found;
      }
      waitForStripe.waitEvent(() -> inactiveCount[part].readOnce() != 0);
    }
  }

  private static int part(long sector) {
    return (int) (sector >> 3) & (PARTS - 1);
  }

  /** Who held it holds it no more: it is handled, delayed or done; {@code __release_stripe}. */
  @KernelSymbol("raid5_release_stripe")
  private void release(Stripe stripe) {
    boolean flags = deviceLock.lockIrqsave();
    boolean done = false;
    if (--stripe.count == 0) {
      if (stripe.handle && stripe.delayed && !stripe.prereads) {
        delayedList.add(stripe);
      } else if (stripe.handle) {
        handleList.add(stripe);
      } else {
        done = true;
        stripe.prereads = false;
        inactive.get(part(stripe.sector)).add(stripe);
        inactiveCount[part(stripe.sector)].add(1);
      }
    }
    deviceLock.unlockIrqrestore(flags);
    if (done) {
      waitForStripe.wakeUp();
    } else {
      thread.queue(raid5d);
    }
  }

  // ---- the worker -------------------------------------------------------------------------------

  @KernelSymbol("raid5d")
  private void raid5d() {
    for (List<Stripe> batch = batch(); !batch.isEmpty(); batch = batch()) {
      batch.forEach(this::handle);
      batch.forEach(this::release);
    }
  }

  private List<Stripe> batch() {
    List<Stripe> batch = new ArrayList<>(BATCH);
    deviceLock.lockIrq();
    if (handleList.isEmpty()) {
      for (Stripe s : delayedList) {
        s.delayed = false;
        s.prereads = true;
        handleList.add(s);
      }
      delayedList.clear();
    }
    while (batch.size() < BATCH && !handleList.isEmpty()) {
      Stripe s = handleList.poll();
      s.count++;
      batch.add(s);
    }
    deviceLock.unlockIrq();
    return batch;
  }

  @KernelSymbol("handle_stripe")
  private void handle(Stripe s) {
    s.handle = false;
    s.delayed = false;
    if (s.reconstructed) {
      s.reconstructed = false;
      submitWrites(s);
      return;
    }
    endWritten(s);
    fill(s);
    endReads(s);
    if (s.hasWrites()) {
      dirty(s);
    }
    submitReads(s);
  }

  private static boolean isLocked(Stripe s) {
    for (Stripe.Dev d : s.devs) {
      if (d.locked) {
        return true;
      }
    }
    return false;
  }

  /** Ends bios whose data and parity are on the disks; {@code handle_stripe_clean_event}. */
  private void endWritten(Stripe s) {
    for (Stripe.Dev d : s.devs) {
      for (Bio bio : take(d.written)) {
        bio.endio();
      }
    }
  }

  private List<Bio> take(List<Bio> list) {
    if (list.isEmpty()) {
      return List.of();
    }
    deviceLock.lockIrq();
    List<Bio> taken = List.copyOf(list);
    list.clear();
    deviceLock.unlockIrq();
    return taken;
  }

  private void endReads(Stripe s) {
    for (Stripe.Dev d : s.devs) {
      if (d.upToDate) {
        for (Bio bio : take(d.toRead)) {
          d.copy(bio, false);
          bio.endio();
        }
      }
    }
  }

  /** Finds what must be read or computed whatever way is taken; {@code handle_stripe_fill}. */
  @KernelSymbol("handle_stripe_fill")
  private void fill(Stripe s) {
    boolean needsLost = false;
    int unknown = 0;
    for (int i = 0; i < s.devs.length; i++) {
      Stripe.Dev d = s.devs[i];
      unknown += d.upToDate ? 0 : 1;
      needsLost |= !set.disks[i].isUsable() && !d.upToDate && isNeeded(d);
    }
    needsLost |= mustReconstruct(s);
    if (needsLost && unknown == degraded()) {
      s.recover();
      return;
    }
    for (int i = s.devs.length - 1; i >= 0; i--) {
      Stripe.Dev d = s.devs[i];
      if (set.disks[i].isUsable() && !d.upToDate && (needsLost || isNeeded(d))) {
        d.locked = true;
      }
    }
  }

  /**
   * Whether two disks are lost, a write concerns one of them, and the new parity needs what was on
   * the other; {@code need_this_block}.
   */
  private boolean mustReconstruct(Stripe s) {
    if (degraded() < 2 || !s.hasWrites()) {
      return false;
    }
    boolean forced = false;
    boolean needed = false;
    for (int i = 0; i < s.devs.length; i++) {
      Stripe.Dev d = s.devs[i];
      if (!set.disks[i].isUsable() && !d.upToDate) {
        forced |= s.isParity(i) || !d.toWrite.isEmpty();
        needed |= !s.isParity(i) && !d.overwrite;
      }
    }
    return forced && needed;
  }

  private static boolean isNeeded(Stripe.Dev d) {
    return !d.toRead.isEmpty() || (!d.toWrite.isEmpty() && !d.overwrite);
  }

  /** Old data and parity, or all other data: whichever is less to read. */
  @KernelSymbol("handle_stripe_dirtying")
  private void dirty(Stripe s) {
    int rmw = 0;
    int rcw = 0;
    for (int i = 0; i < s.devs.length; i++) {
      if (!s.devs[i].upToDate && !s.devs[i].locked) {
        int cost = set.disks[i].isUsable() ? 1 : 2 * s.devs.length;
        rmw += needsForRmw(s, i) ? cost : 0;
        rcw += needsForRcw(s, i) ? cost : 0;
      }
    }
    s.handle = true;
    boolean byOld = rmw < rcw;
    if ((byOld ? rmw : rcw) == 0) {
      if (!isLocked(s)) {
        reconstruct(s, byOld);
      }
      return;
    }
    if (!s.prereads) {
      s.delayed = true;
      return;
    }
    for (int i = 0; i < s.devs.length; i++) {
      boolean needed = byOld ? needsForRmw(s, i) : needsForRcw(s, i);
      if (needed && !s.devs[i].upToDate && set.disks[i].isUsable()) {
        s.devs[i].locked = true;
      }
    }
  }

  private static boolean needsForRmw(Stripe s, int disk) {
    return s.isParity(disk) || !s.devs[disk].toWrite.isEmpty();
  }

  private static boolean needsForRcw(Stripe s, int disk) {
    return !s.isParity(disk) && !s.devs[disk].overwrite;
  }

  /**
   * Takes the new data in and computes parity; {@code schedule_reconstruction} and what follows.
   */
  @KernelSymbol("raid_run_ops")
  private void reconstruct(Stripe s, boolean byOld) {
    s.writeFlags = 0;
    for (int i = 0; i < s.devs.length; i++) {
      Stripe.Dev d = s.devs[i];
      if (d.toWrite.isEmpty()) {
        continue;
      }
      if (byOld) {
        s.changeParity(i);
      }
      for (Bio bio : take(d.toWrite)) {
        d.copy(bio, true);
        d.written.add(bio);
        s.writeFlags |= bio.opf() & (Opf.REQ_SYNC | Opf.REQ_FUA);
      }
      d.upToDate = true;
      d.overwrite = false;
      d.wantsWrite = true;
      if (byOld) {
        s.changeParity(i);
      }
    }
    if (!byOld) {
      s.computeParity();
    }
    for (int i = 0; i < s.devs.length; i++) {
      if (s.isParity(i)) {
        s.devs[i].upToDate = true;
        s.devs[i].wantsWrite = true;
      }
    }
    s.reconstructed = true;
    s.prereads = false;
    overlapsGone.add(1);
    waitForOverlap.wakeUpAll();
  }

  // ---- disks ------------------------------------------------------------------------------------

  private void submitReads(Stripe s) {
    for (int i = s.devs.length - 1; i >= 0; i--) {
      if (s.devs[i].locked) {
        submit(s, i, Opf.REQ_OP_READ);
      }
    }
  }

  private void submitWrites(Stripe s) {
    s.handle = true;
    for (int i = s.devs.length - 1; i >= 0; i--) {
      if (s.devs[i].wantsWrite) {
        s.devs[i].wantsWrite = false;
        if (set.disks[i].isUsable()) {
          s.devs[i].locked = true;
          submit(s, i, Opf.REQ_OP_WRITE | s.writeFlags);
        }
      }
    }
  }

  @KernelSymbol("ops_run_io")
  private void submit(Stripe s, int disk, int opf) {
    DiskBio bio = (DiskBio) bios.alloc(set.disks[disk].bdev(), opf, Gfp.NOIO);
    bio.raid = this;
    bio.stripe = s;
    bio.disk = disk;
    bio.setSector(s.sector);
    bio.setData(s.devs[disk].page, 0, Sectors.PAGE_SIZE);
    bio.setEndIo(END_IO);
    deviceLock.lockIrq();
    s.count++;
    deviceLock.unlockIrq();
    BlkCore.submitBioNoacct(bio);
  }

  @KernelSymbol("raid5_end_read_request")
  private static void endIo(Bio ended) {
    DiskBio bio = (DiskBio) ended;
    checkEnded(bio);
    Stripe s = bio.stripe;
    s.devs[bio.disk].upToDate = true;
    s.devs[bio.disk].locked = false;
    s.handle = true;
    Raid456 raid = bio.raid;
    bio.put();
    raid.release(s);
  }
}
