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
 * Stripes with parity: the cache of stripes, and the thread that has them handled. Mirrors {@code
 * raid5.c}, 6.1, without journal, batches, replacements and bad blocks; one lock stands for those
 * of the cache.
 */
final class Raid456 implements Personality {

  /** {@code NR_STRIPE_HASH_LOCKS}: the cache is divided into so many parts. */
  private static final int PARTS = 8;

  /** {@code MAX_STRIPE_BATCH}. */
  private static final int BATCH = 8;

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
  private final SpinLock deviceLock = new SpinLock("&conf->device_lock");
  private final RaidDisk[] places;

  /** Stands for {@link #places} where steps say what they touch. */
  private final SharedInt placesTold = new SharedInt("conf->disks", 0);

  private final SharedInt[] readErrors;
  private final Map<Long, Stripe> cache = new HashMap<>();
  private final List<ArrayDeque<Stripe>> inactive = new ArrayList<>();
  private final SharedInt[] inactiveCount = new SharedInt[PARTS];
  private final WaitQueue waitForStripe = new WaitQueue("&conf->wait_for_stripe");
  private final WaitQueue waitForOverlap = new WaitQueue("&conf->wait_for_overlap");
  private final WaitQueue waitForQuiescent = new WaitQueue("&conf->wait_for_quiescent");
  private final SharedInt overlapsGone = new SharedInt("R5_Overlap", 0);

  /** 2 while what is under way has to end, 1 while nothing may begin; {@code conf->quiesce}. */
  private final SharedInt quiesce = new SharedInt("conf->quiesce", 0);

  /** Stripes that are in use, and reads past the cache. */
  private final SharedInt active = new SharedInt("conf->active_stripes", 0);

  private final ArrayDeque<Stripe> handleList = new ArrayDeque<>();
  private final ArrayDeque<Stripe> delayedList = new ArrayDeque<>();
  private final ArrayDeque<Stripe> bitmapList = new ArrayDeque<>();
  private final BioList retryReads = new BioList();

  /** The last flush of the bitmap that began, and the last one that ended. */
  private int flushBegun;

  private int flushEnded;
  private final StripeHandler handler;

  Raid456(RaidSet set, int maxStripes) {
    this.set = set;
    this.maxStripes = maxStripes;
    places = new RaidDisk[set.disks.length];
    readErrors = new SharedInt[places.length];
    for (int i = 0; i < places.length; i++) {
      readErrors[i] = new SharedInt("rdev->read_errors", 0);
    }
    for (int i = 0; i < PARTS; i++) {
      inactive.add(new ArrayDeque<>());
      inactiveCount[i] = new SharedInt("conf->inactive_list", 0);
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
    for (int i = 0; i < maxStripes; i++) {
      inactive.get(i % PARTS).add(new Stripe(disks, syndrome));
      inactiveCount[i % PARTS].add(1);
    }
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
    begin(false);
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
      raid.end();
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
    end();
  }

  /** Something begins that has to end before the set is quiet. */
  private void begin(boolean always) {
    for (; ; ) {
      deviceLock.lockIrq();
      boolean may = always || quiesce.readOnce() == 0;
      if (may) {
        active.add(1);
      }
      deviceLock.unlockIrq();
      if (may) {
        return;
      }
      waitForQuiescent.waitEvent(() -> quiesce.readOnce() == 0);
    }
  }

  private void end() {
    if (active.addReturn(-1) == 0) {
      waitForQuiescent.wakeUpAll();
    }
  }

  /**
   * Adds a bio to the stripe of a sector, and lets that be handled; {@code make_stripe_request}.
   */
  @KernelSymbol("make_stripe_request")
  private void stripeRequest(Bio bio, long sector, boolean write, boolean again) {
    StripeLayout where = StripeLayout.of(set, sector);
    for (; ; ) {
      Stripe stripe = activeStripe(where, again);
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
      release(stripe);
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
    stripe.bitmapFlush = flushBegun + 1;
    stripe.bitDelay = true;
    deviceLock.unlockIrq();
  }

  /** The stripe of a sector, held; {@code raid5_get_active_stripe}. */
  @KernelSymbol("raid5_get_active_stripe")
  private Stripe activeStripe(StripeLayout where, boolean always) {
    long sector = where.sector() & -Sectors.PER_PAGE;
    int part = part(sector);
    for (; ; ) {
      deviceLock.lockIrq();
      boolean quiet = !always && quiesce.readOnce() != 0;
      Stripe found = quiet ? null : find(where, sector, part);
      deviceLock.unlockIrq();
      if (found != null) {
        return found;
      }
      if (quiet) {
        waitForQuiescent.waitEvent(() -> quiesce.readOnce() == 0);
      } else {
        waitForStripe.waitEvent(() -> inactiveCount[part].readOnce() != 0);
      }
    }
  }

  private Stripe find(StripeLayout where, long sector, int part) {
    Stripe found = cache.get(sector);
    if (found != null && found.count == 0) {
      if (inactive.get(part).remove(found)) {
        inactiveCount[part].add(-1);
        active.add(1);
      } else if (!handleList.remove(found) && !delayedList.remove(found)) {
        bitmapList.remove(found);
      }
    } else if (found == null && !inactive.get(part).isEmpty()) {
      found = inactive.get(part).poll();
      inactiveCount[part].add(-1);
      active.add(1);
      cache.remove(found.sector);
      found.init(where);
      cache.put(sector, found);
    }
    if (found != null) {
      found.count++;
    }
    return found;
  }

  private static int part(long sector) {
    return (int) (sector >> 3) & (PARTS - 1);
  }

  /** Who held it holds it no more: it is handled, delayed or done; {@code __release_stripe}. */
  @KernelSymbol("raid5_release_stripe")
  private void release(Stripe stripe) {
    boolean flags = deviceLock.lockIrqsave();
    boolean last = --stripe.count == 0;
    boolean done = last && !putOnList(stripe);
    deviceLock.unlockIrqrestore(flags);
    if (done) {
      waitForStripe.wakeUp();
      end();
    } else if (last) {
      set.thread.wake();
    }
  }

  /** Whether there is something to do for it. */
  private boolean putOnList(Stripe stripe) {
    stripe.handle |= stripe.syncRequested;
    if (!stripe.handle) {
      stripe.prereads = false;
      inactive.get(part(stripe.sector)).add(stripe);
      inactiveCount[part(stripe.sector)].add(1);
    } else if (stripe.delayed && !stripe.prereads) {
      delayedList.add(stripe);
    } else if (stripe.bitDelay && stripe.bitmapFlush - flushEnded > 0) {
      bitmapList.add(stripe);
    } else {
      stripe.delayed = false;
      stripe.bitDelay = false;
      handleList.add(stripe);
    }
    return stripe.handle;
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
      flushBitmap();
      retryReads();
      List<Stripe> batch = batch();
      if (batch.isEmpty()) {
        break;
      }
      batch.forEach(handler::handle);
      batch.forEach(this::release);
      if (set.superblocks.hasChanged()) {
        set.recovery.check();
      }
    }
  }

  /** Writes the bitmap for the stripes that wait for that. */
  private void flushBitmap() {
    deviceLock.lockIrq();
    boolean any = !bitmapList.isEmpty();
    if (any) {
      flushBegun++;
    }
    deviceLock.unlockIrq();
    if (!any) {
      return;
    }
    set.bitmap.unplug();
    deviceLock.lockIrq();
    flushEnded = flushBegun;
    List<Stripe> waited = List.copyOf(bitmapList);
    bitmapList.clear();
    for (Stripe s : waited) {
      putOnList(s);
    }
    deviceLock.unlockIrq();
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
    release(s);
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
    deviceLock.lockIrq();
    quiesce.writeOnce(on ? 2 : 0);
    deviceLock.unlockIrq();
    if (on) {
      waitForQuiescent.waitEvent(() -> active.readOnce() == 0);
      quiesce.writeOnce(1);
    } else {
      waitForQuiescent.wakeUpAll();
    }
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
    waitForOverlap.waitEvent(() -> quiesce.readOnce() != 2);
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
    Stripe s = activeStripe(StripeLayout.ofDisk(set, sector), false);
    if (bitmap != null) {
      bitmap.startSync(sector, isAnyMissing());
    }
    deviceLock.lockIrq();
    s.syncRequested = true;
    s.handle = true;
    deviceLock.unlockIrq();
    release(s);
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
