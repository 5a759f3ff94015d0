package org.dmsim.dm.targets.raid;

import java.util.List;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.bio.BioSet;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.PlainBoolean;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * Stripes with parity: requests, disks, and the thread that has stripes handled. Mirrors {@code
 * raid5.c}, 6.1, without journal, batches, replacements and bad blocks.
 */
final class Raid456 implements Personality {

  private static final int MINIMUM_OF_6 = 4;
  private static final BioEndIo END_ALIGNED = Raid456::endAligned;
  private static final BioEndIo END_READ = Raid456::endRead;
  private static final BioEndIo END_WRITE = Raid456::endWrite;

  /** A bio to one disk. */
  private static final class DiskBio extends Bio {
    private Raid456 raid;
    private Stripe stripe;
    private int disk;
    private RaidDisk to;
  }

  final RaidSet set;

  /** Whether the set cannot be rebuilt any more. */
  final PlainBoolean recoveryDisabled = new PlainBoolean("mddev->recovery_disabled", false);

  /** Whether a disk is rebuilt as a whole, whatever the bitmap says. */
  private final PlainBoolean fullSync = new PlainBoolean("conf->fullsync", false);

  private final int maxStripes;
  private final BioSet bios = new BioSet("bio", null, BioSet.BIO_POOL_SIZE, DiskBio::new);
  private final StripeCache cache;
  private final SpinLock deviceLock;
  private final RaidDisk[] places;

  /** Stands for {@link #places} where steps say what they touch. */
  private final SharedInt placesTold = new SharedInt("conf->disks", 0);

  private final SharedInt[] readErrors;
  private final WaitQueue waitForOverlap = new WaitQueue("&conf->wait_for_overlap");
  private final SharedInt overlapsGone = new SharedInt("R5_Overlap", 0);

  private final BioList retryReads = new BioList();

  private final StripeHandler handler;

  Raid456(RaidSet set, int maxStripes) {
    this.set = set;
    this.maxStripes = maxStripes;
    cache = new StripeCache(set);
    deviceLock = cache.deviceLock;
    places = new RaidDisk[set.disks.length];
    readErrors = new SharedInt[places.length];
    for (int i = 0; i < places.length; i++) {
      readErrors[i] = new SharedInt("rdev->read_errors", 0);
    }
    handler = new StripeHandler(this);
  }

  @Override
  @KernelSymbol("raid5_run")
  public void run() throws TargetError {
    int disks = set.disks.length;
    boolean dirty = set.recoveryCp.get() != RaidSet.MAX_SECTOR;
    if (dirty) {
      say("not clean -- starting background reconstruction");
    }
    if (set.type.level() == 6 && disks < MINIMUM_OF_6) {
      say("not enough configured devices (" + disks + ", minimum 4)");
      throw RaidSet.failed(RaidParameters.refuse(""));
    }
    int behind = takePlaces();
    set.degraded.set(degraded());
    int failed = set.degraded.get();
    if (failed > set.type.parityDisks()) {
      say("not enough operational devices (" + failed + "/" + disks + " failed)");
      say("failed to run raid set.");
      throw RaidSet.failed(new TargetError(Errno.EIO, ""));
    }
    set.devSectors &= -set.chunkSectors;
    if (failed > behind && dirty) {
      say("cannot start dirty degraded array.");
      say("failed to run raid set.");
      throw RaidSet.failed(new TargetError(Errno.EIO, ""));
    }
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
    cache.grow(maxStripes, () -> new Stripe(disks, syndrome));
    set.thread = new MdThread("mdX_raid" + set.type.level(), this::raid5d);
  }

  /** Puts the disks in their places; how many have only parity, and not all of it. */
  private int takePlaces() {
    int behind = 0;
    for (RaidDisk d : set.disks) {
      if (!d.isThere() || d.position.get() < 0) {
        continue;
      }
      places[d.position.get()] = d;
      if (d.faulty.get()) {
        continue;
      }
      if (d.inSync.get()) {
        say("device " + d.bdev().name() + " operational as raid disk " + d.number);
      } else {
        behind += holdsOnlyParity(d.position.get()) ? 1 : 0;
        fullSync.set(fullSync.get() || d.savedPosition.get() != d.position.get());
      }
    }
    return behind;
  }

  /** {@code only_parity}. */
  private boolean holdsOnlyParity(int place) {
    int last = places.length - 1;
    return switch (set.type.algorithm()) {
      case RaidType.PARITY_0 -> place < set.type.parityDisks();
      case RaidType.PARITY_N -> place > last - set.type.parityDisks();
      case RaidType.LEFT_ASYMMETRIC_6,
          RaidType.RIGHT_ASYMMETRIC_6,
          RaidType.LEFT_SYMMETRIC_6,
          RaidType.RIGHT_SYMMETRIC_6 ->
          place == last;
      default -> false;
    };
  }

  private static void say(String text) {
    DmLog.print("md/raid:mdX: " + text);
  }

  /** {@code raid5_calc_degraded}. */
  private int degraded() {
    int n = 0;
    for (RaidDisk d : places) {
      n += d != null && d.isUsable() ? 0 : 1;
    }
    return n;
  }

  /** The disk of a place that can be written; null if there is none. */
  RaidDisk disk(int place) {
    Sched.touch(placesTold, Access.READ);
    RaidDisk d = places[place];
    return d == null || d.isFaulty() ? null : d;
  }

  /** Whether a disk is there that has not got all of its part. */
  boolean isAnyRebuilt() {
    for (int i = 0; i < places.length; i++) {
      RaidDisk d = disk(i);
      if (d != null && !d.isInSync()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long size() {
    return set.devSectors * (set.disks.length - set.type.parityDisks());
  }

  @Override
  public void free() {
    bios.exit();
  }

  // ---- requests ---------------------------------------------------------------------------------

  @Override
  @KernelSymbol("raid5_make_request")
  public void makeRequest(Bio bio) {
    boolean write = Opf.isWrite(bio.opf());
    if (write) {
      set.writeStart();
    } else if (set.degraded.get() == 0 && isInChunk(bio) && readAligned(bio)) {
      return;
    }
    for (long at = bio.sector() & -Sectors.PER_PAGE; at < bio.endSector(); at += Sectors.PER_PAGE) {
      stripeRequest(bio, at, write, false);
    }
    if (write) {
      set.writeEnd();
    }
    bio.endio();
  }

  private boolean isInChunk(Bio bio) {
    return Long.divideUnsigned(bio.sector(), set.chunkSectors)
        == Long.divideUnsigned(bio.endSector() - 1, set.chunkSectors);
  }

  /** Past the cache, since no stripe holds what the disk does not; {@code raid5_read_one_chunk}. */
  @KernelSymbol("raid5_read_one_chunk")
  private boolean readAligned(Bio bio) {
    StripeLayout where = StripeLayout.of(set, bio.sector());
    RaidDisk d = disk(where.data());
    if (d == null || !d.isInSync()) {
      return false;
    }
    cache.begin(false);
    d.pending.add(1);
    DiskBio clone = (DiskBio) bios.allocClone(d.bdev(), bio, Gfp.NOIO);
    clone.raid = this;
    clone.to = d;
    clone.setSector(where.sector());
    clone.setOwner(bio);
    clone.setEndIo(END_ALIGNED);
    BlkCore.submitBioNoacct(clone);
    return true;
  }

  @KernelSymbol("raid5_align_endio")
  private static void endAligned(Bio ended) {
    DiskBio clone = (DiskBio) ended;
    Raid456 raid = clone.raid;
    Bio bio = (Bio) clone.owner();
    boolean ok = clone.status() == BlkStatus.OK;
    RaidDisk d = clone.to;
    clone.put();
    raid.set.disksIoEnded(d);
    if (ok) {
      bio.endio();
      raid.cache.end();
      return;
    }
    boolean flags = raid.deviceLock.lockIrqsave();
    raid.retryReads.add(bio);
    raid.deviceLock.unlockIrqrestore(flags);
    raid.set.thread.wake();
  }

  /** Reads by way of stripes what a disk did not give; in the set's thread. */
  @KernelSymbol("retry_aligned_read")
  private void retryAligned(Bio bio) {
    for (long at = bio.sector() & -Sectors.PER_PAGE; at < bio.endSector(); at += Sectors.PER_PAGE) {
      stripeRequest(bio, at, false, true);
    }
    bio.endio();
    cache.end();
  }

  /**
   * Adds a bio to the stripe of a sector, and lets that be handled; {@code make_stripe_request}.
   */
  @KernelSymbol("make_stripe_request")
  private void stripeRequest(Bio bio, long sector, boolean write, boolean again) {
    StripeLayout where = StripeLayout.of(set, sector);
    for (; ; ) {
      Stripe stripe = cache.activeStripe(where, again);
      int seen = overlapsGone.readOnce();
      deviceLock.lockIrq();
      stripe.changes();
      Stripe.Dev dev = stripe.devs[where.data()];
      dev.sector = sector;
      boolean added = !write || !dev.overlaps(bio);
      boolean first = write && added && dev.toWrite.isEmpty() && set.bitmap != null;
      if (added) {
        add(stripe, dev, bio, write);
        dev.readAgain |= again;
      }
      deviceLock.unlockIrq();
      if (first) {
        waitForBitmap(stripe);
      }
      cache.release(stripe);
      if (added) {
        return;
      }
      waitForOverlap.waitEvent(() -> overlapsGone.readOnce() != seen);
    }
  }

  @KernelSymbol("__add_stripe_bio")
  private void add(Stripe stripe, Stripe.Dev dev, Bio bio, boolean write) {
    bio.incRemaining();
    if (write) {
      dev.addWrite(bio);
      set.writeInc();
    } else {
      dev.toRead.add(bio);
    }
    stripe.handle = true;
    stripe.prereads |= bio.hasOpf(Opf.REQ_SYNC);
  }

  /** Its data are written once the bitmap says so. */
  private void waitForBitmap(Stripe stripe) {
    set.bitmap.startWrite(stripe.sector, Sectors.PER_PAGE);
    deviceLock.lockIrq();
    cache.waitsForBitmap(stripe);
    deviceLock.unlockIrq();
  }

  /** Those who wait for what lies over their bios may look again. */
  void overlapsAreGone() {
    overlapsGone.add(1);
    waitForOverlap.wakeUpAll();
  }

  /** Takes all out of a list that others add to. */
  List<Bio> take(Stripe s, List<Bio> list) {
    s.reads();
    if (list.isEmpty()) {
      return List.of();
    }
    deviceLock.lockIrq();
    s.changes();
    List<Bio> taken = List.copyOf(list);
    list.clear();
    deviceLock.unlockIrq();
    return taken;
  }

  // ---- the thread -------------------------------------------------------------------------------

  @KernelSymbol("raid5d")
  private void raid5d() {
    set.recovery.check();
    while (!set.superblocks.isPending() || set.readOnly.get()) {
      cache.flushBitmap();
      retryReads();
      List<Stripe> batch = cache.batch();
      if (batch.isEmpty()) {
        break;
      }
      batch.forEach(handler::handle);
      batch.forEach(cache::release);
      if (set.superblocks.hasChanged()) {
        set.recovery.check();
      }
    }
  }

  private void retryReads() {
    for (; ; ) {
      deviceLock.lockIrq();
      Bio bio = retryReads.pop();
      deviceLock.unlockIrq();
      if (bio == null) {
        return;
      }
      retryAligned(bio);
    }
  }

  // ---- disks ------------------------------------------------------------------------------------

  /** Reads or writes the page of a disk. */
  void submit(Stripe s, int disk, int opf) {
    RaidDisk d = places[disk];
    DiskBio bio = (DiskBio) bios.alloc(d.bdev(), opf, Gfp.NOIO);
    d.pending.add(1);
    bio.raid = this;
    bio.stripe = s;
    bio.disk = disk;
    bio.to = d;
    bio.setSector(s.sector);
    bio.setData(s.devs[disk].page, 0, Sectors.PAGE_SIZE);
    bio.setEndIo(Opf.isWrite(opf) ? END_WRITE : END_READ);
    deviceLock.lockIrq();
    s.count++;
    deviceLock.unlockIrq();
    BlkCore.submitBioNoacct(bio);
  }

  @KernelSymbol("raid5_end_read_request")
  private static void endRead(Bio ended) {
    DiskBio bio = (DiskBio) ended;
    bio.stripe.changes();
    Stripe.Dev d = bio.stripe.devs[bio.disk];
    if (bio.status() == BlkStatus.OK) {
      bio.raid.readWell(bio, d);
    } else {
      bio.raid.readBadly(bio, d);
    }
    bio.raid.ended(bio);
  }

  private void readWell(DiskBio bio, Stripe.Dev d) {
    d.upToDate = true;
    if (d.readError) {
      say("read error corrected (8 sectors at " + bio.stripe.sector + " on " + bio.to + ")");
      d.readError = false;
      d.rewritten = false;
    } else {
      d.readAgain = false;
    }
    readErrors[bio.disk].writeOnce(0);
  }

  private void readBadly(DiskBio bio, Stripe.Dev d) {
    d.upToDate = false;
    readErrors[bio.disk].add(1);
    String where = "(sector " + bio.stripe.sector + " on " + bio.to + ").";
    boolean again = false;
    boolean isBad = false;
    if (set.degraded.get() >= set.type.parityDisks()) {
      isBad = true;
      say("read error not correctable " + where);
    } else if (d.rewritten) {
      isBad = true;
      say("read error NOT corrected!! " + where);
    } else if (readErrors[bio.disk].readOnce() > maxStripes) {
      if (!bio.to.isFaulty()) {
        say(readErrors[bio.disk].readOnce() + " read_errors > " + maxStripes + " stripes");
        say("Too many read errors, failing device " + bio.to + ".");
      }
    } else {
      again = true;
    }
    again |= isBad && bio.to.isInSync() && !d.readAgain;
    if (!again) {
      d.readError = false;
      d.rewritten = false;
      set.error(bio.to);
    } else if (bio.stripe.layout.q() >= 0 && bio.stripe.layout.p() == bio.disk) {
      d.readError = true;
    } else if (d.readAgain) {
      d.readError = true;
      d.readAgain = false;
    } else {
      d.readAgain = true;
    }
  }

  @KernelSymbol("raid5_end_write_request")
  private static void endWrite(Bio ended) {
    DiskBio bio = (DiskBio) ended;
    bio.stripe.changes();
    if (bio.status() != BlkStatus.OK) {
      bio.stripe.degraded = true;
      bio.stripe.devs[bio.disk].writeError = true;
      if (!bio.to.wantReplacement.get()) {
        bio.to.wantReplacement.set(true);
        bio.raid.set.recovery.needed();
      }
    }
    bio.raid.ended(bio);
  }

  private void ended(DiskBio bio) {
    Stripe s = bio.stripe;
    RaidDisk to = bio.to;
    s.changes();
    s.devs[bio.disk].locked = false;
    s.handle = true;
    bio.put();
    set.disksIoEnded(to);
    cache.release(s);
  }

  // ---- disks that come and go -------------------------------------------------------------------

  @Override
  @KernelSymbol("raid5_error")
  public void error(RaidDisk d) {
    say("Disk failure on " + d + ", disabling device.");
    boolean flags = deviceLock.lockIrqsave();
    d.faulty.set(true);
    d.inSync.set(false);
    set.degraded.set(degraded());
    int n = places.length;
    if (hasFailed()) {
      set.broken.set(true);
      recoveryDisabled.set(true);
      say("Cannot continue operation (" + set.degraded.get() + "/" + n + " failed).");
    } else {
      say("Operation continuing on " + (n - set.degraded.get()) + " devices.");
    }
    deviceLock.unlockIrqrestore(flags);
    set.recovery.bits.set(Recovery.INTR);
    d.blocked.set(true);
    set.superblocks.changedDevices();
    set.superblocks.mustBeWritten();
  }

  private boolean hasFailed() {
    return set.broken.get() || set.degraded.get() > set.type.parityDisks();
  }

  @Override
  @KernelSymbol("raid5_spare_active")
  public boolean spareActive() {
    boolean any = false;
    for (RaidDisk d : places) {
      if (d != null
          && d.recoveryOffset.get() == RaidSet.MAX_SECTOR
          && !d.faulty.get()
          && !d.inSync.get()) {
        d.inSync.set(true);
        any = true;
      }
    }
    boolean flags = deviceLock.lockIrqsave();
    set.degraded.set(degraded());
    deviceLock.unlockIrqrestore(flags);
    return any;
  }

  @Override
  @KernelSymbol("raid5_remove_disk")
  public boolean hotRemove(RaidDisk d) {
    int place = d.position.get();
    if (places[place] != d) {
      return true;
    }
    if (d.inSync.get() || d.pending.readOnce() != 0) {
      return false;
    }
    if (!d.faulty.get() && !recoveryDisabled.get() && !hasFailed()) {
      return false;
    }
    Sched.touch(placesTold, Access.WRITE);
    places[place] = null;
    d.wantReplacement.set(false);
    return true;
  }

  @Override
  @KernelSymbol("raid5_add_disk")
  public boolean hotAdd(RaidDisk d) {
    if (recoveryDisabled.get() || d.savedPosition.get() < 0 && hasFailed()) {
      return false;
    }
    int first = d.position.get() >= 0 ? d.position.get() : 0;
    int last = d.position.get() >= 0 ? first : places.length - 1;
    int saved = d.savedPosition.get();
    if (saved >= first && saved <= last && places[saved] == null) {
      first = saved;
    }
    for (int i = first; i <= last; i++) {
      if (places[i] == null) {
        d.inSync.set(false);
        d.position.set(i);
        fullSync.set(fullSync.get() || saved != i);
        Sched.touch(placesTold, Access.WRITE);
        places[i] = d;
        return true;
      }
    }
    return false;
  }

  // ---- resync -----------------------------------------------------------------------------------

  @Override
  @KernelSymbol("raid5_quiesce")
  public void quiesce(boolean on) {
    cache.quiesce(on);
    waitForOverlap.wakeUpAll();
  }

  @Override
  @KernelSymbol("raid5_sync_request")
  public long sync(long sector, boolean[] skipped) {
    MdBitmap bitmap = set.bitmap;
    long most = set.devSectors;
    if (Long.compareUnsigned(sector, most) >= 0) {
      if (Long.compareUnsigned(set.recovery.current.get(), most) >= 0) {
        fullSync.set(false);
      } else if (bitmap != null) {
        bitmap.endSync(set.recovery.current.get(), true);
      }
      if (bitmap != null) {
        bitmap.closeSync();
      }
      return 0;
    }
    waitForOverlap.waitEvent(() -> !cache.isGettingQuiet());
    if (set.degraded.get() >= set.type.parityDisks() && set.recovery.bits.test(Recovery.SYNC)) {
      skipped[0] = true;
      return most - sector;
    }
    if (bitmap != null && !fullSync.get() && !set.recovery.bits.test(Recovery.REQUESTED)) {
      MdBitmap.Answer a = bitmap.startSync(sector, true);
      if (!a.needed() && a.blocks() >= Sectors.PER_PAGE) {
        skipped[0] = true;
        return a.blocks() & -Sectors.PER_PAGE;
      }
    }
    if (bitmap != null) {
      bitmap.condEndSync(sector);
    }
    Stripe s = cache.activeStripe(StripeLayout.ofDisk(set, sector), false);
    if (bitmap != null) {
      bitmap.startSync(sector, isAnyMissing());
    }
    deviceLock.lockIrq();
    s.syncRequested = true;
    s.handle = true;
    deviceLock.unlockIrq();
    cache.release(s);
    return Sectors.PER_PAGE;
  }

  private boolean isAnyMissing() {
    for (int i = 0; i < places.length; i++) {
      if (disk(i) == null) {
        return true;
      }
    }
    return false;
  }
}
