package org.dmsim.dm.targets.raid;

import java.util.Arrays;
import java.util.Locale;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * {@code raid TYPE COUNT CHUNK [PARAMETER...] DISKS [METADATA DEVICE]+}: a set of disks under md.
 * Mirrors {@code dm-raid.c}, 6.1; with metadata devices for all but raid10, which have a superblock
 * of each disk and a bitmap there. Sets without are taken to be in sync.
 */
@DmTargetType(name = "raid", version = "1.15.1")
public final class RaidTarget extends DmTarget {

  private static final int MAX_DISKS = 253;
  private static final int STRIPE_CACHE = 256;

  /** {@code RT_FLAG_RS_SUSPENDED}. */
  private boolean suspended;

  /** {@code RT_FLAG_RS_PRERESUMED}. */
  private boolean preresumed;

  /** {@code RT_FLAG_RS_RESUMED}. */
  private boolean resumed;

  /** {@code RT_FLAG_UPDATE_SBS}: superblocks are written before the set is resumed. */
  private boolean updateSuperblocks;

  private RaidType type;
  private RaidDisk[] disks;
  private RaidParameters parameters;
  private RaidSet set;
  private long arraySectors;

  @Override
  @KernelSymbol("raid_ctr")
  public void ctr(String[] argv) throws TargetError {
    ArgSet args = new ArgSet(argv);
    String name = args.shift();
    if (name == null) {
      throw new TargetError(EINVAL, "No arguments");
    }
    type = RaidType.find(name);
    if (type == null) {
      throw new TargetError(EINVAL, "Unrecognised raid_type");
    }
    int count = args.readGroup(0, argv.length, "Cannot understand number of raid parameters");
    makeDisks(argv, 2 + count);
    parameters = new RaidParameters(type, disks, length(), this::getDevice);
    parameters.parse(args, count);
    setMaxIoLen(parameters.maxIoLength());
    args.shift();
    parseDisks(args);
    refuseWhatIsNotModelled();
    long devSectors = checkSizes();
    numFlushBios = 1;
    needsBioSetDev = true;
    run(devSectors);
    configureDiscard();
  }

  private void makeDisks(String[] argv, int at) throws TargetError {
    String[] rest = at >= argv.length ? new String[0] : Arrays.copyOfRange(argv, at, argv.length);
    int n =
        new ArgSet(rest)
            .read(1, (rest.length - 1) / 2, "Cannot understand number of raid devices parameters");
    if (n > MAX_DISKS) {
      throw new TargetError(EINVAL, "Invalid number of supplied raid devices");
    }
    if (n <= type.parityDisks()) {
      throw new TargetError(EINVAL, "Insufficient number of devices");
    }
    disks = new RaidDisk[n];
    for (int i = 0; i < n; i++) {
      disks[i] = new RaidDisk(i);
    }
  }

  @KernelSymbol("parse_dev_params")
  private void parseDisks(ArgSet args) throws TargetError {
    for (RaidDisk d : disks) {
      String meta = args.shift();
      DmDev metaDevice =
          meta.equals("-") ? null : getDevice(meta, "RAID metadata device lookup failure");
      String data = args.shift();
      if (data.equals("-")) {
        if (!d.inSync.get()) {
          throw new TargetError(EINVAL, "Drive designated for rebuild not specified");
        }
        if (metaDevice != null) {
          throw new TargetError(EINVAL, "No data device supplied with metadata device");
        }
        continue;
      }
      d.device = getDevice(data, "RAID device lookup failure");
      d.metaDevice = metaDevice;
    }
    if (isPersistent() && type.level() == 10) {
      throw new NotModelledException(
          "metadata devices of raid10 are not modelled; there is '-' in their place");
    }
  }

  private boolean isPersistent() {
    return Arrays.stream(disks).anyMatch(d -> d.metaDevice != null);
  }

  private void refuseWhatIsNotModelled() {
    for (RaidParameters.Key key :
        new RaidParameters.Key[] {
          RaidParameters.Key.JOURNAL_DEV,
          RaidParameters.Key.DELTA_DISKS,
          RaidParameters.Key.DATA_OFFSET
        }) {
      boolean shrinks = key == RaidParameters.Key.DATA_OFFSET && parameters.has(key);
      if (parameters.has(key) && !(shrinks && parameters.value(key) == 0) && !waits(key)) {
        throw new NotModelledException(
            "the parameter '" + key.word() + "' of raid is not modelled");
      }
    }
  }

  /** Disks that raid1 gets or loses are a matter of its resume. */
  private boolean waits(RaidParameters.Key key) {
    return key == RaidParameters.Key.DELTA_DISKS && type.level() == 1;
  }

  /** {@code rs_set_dev_and_array_sectors}: the sectors of each disk. */
  private long checkSizes() throws TargetError {
    long devSectors = length();
    int dataDisks = disks.length - type.parityDisks();
    if (type.level() == 10) {
      devSectors *= parameters.raid10Copies();
    }
    if (type.level() != 1) {
      if (Long.remainderUnsigned(devSectors, dataDisks) != 0) {
        throw new TargetError(EINVAL, "Target length not divisible by number of data devices");
      }
      devSectors = Long.divideUnsigned(devSectors, dataDisks);
    }
    boolean any = false;
    for (RaidDisk d : disks) {
      any |= d.isThere();
      if (d.isThere() && Long.compareUnsigned(d.bdev().sectors(), devSectors) < 0) {
        throw new TargetError(EINVAL, "Component device(s) too small");
      }
    }
    if (!any) {
      throw new TargetError(EINVAL, "Invalid rdev size");
    }
    return devSectors;
  }

  @KernelSymbol("md_run")
  private void run(long devSectors) throws TargetError {
    if (type.level() == 10) {
      // Its layout comes with a superblock; without one the number of the algorithm stands there.
      DmLog.print(
          "md/raid10:mdX: unsupported raid10 layout: 0x" + "%8x".formatted(type.algorithm()));
      throw RaidSet.failed(new TargetError(EINVAL, ""));
    }
    int stripes = stripeCache();
    set =
        new RaidSet(
            type, disks, parameters.chunkSectors, stripes, () -> table().event(), table().kernel());
    set.devSectors = devSectors;
    set.arraySectors = length();
    set.persistent = isPersistent();
    for (RaidDisk d : disks) {
      d.sectors = devSectors;
    }
    try {
      assemble();
      set.personality.run();
      makeBitmap();
    } catch (TargetError | NotModelledException e) {
      set.destroy();
      throw e;
    }
    set.inSync.set(false);
    if (set.thread != null) {
      set.recovery.needed();
    }
    set.reconfig.lock();
    set.suspend();
    set.unlock();
    suspended = true;
    arraySectors = set.personality.size();
    adjustStripeCache(stripes);
  }

  /** What the superblocks say, and what follows from that. */
  private void assemble() throws TargetError {
    if (!set.persistent) {
      return;
    }
    Assembly assembly = new Assembly(set, parameters);
    assembly.analyse();
    if (type.level() == 0) {
      return;
    }
    if (set.firstUse) {
      set.recoveryCp.set(parameters.has(RaidParameters.Key.NOSYNC) ? RaidSet.MAX_SECTOR : 0);
      updateSuperblocks = true;
    } else if (parameters.has(RaidParameters.Key.REBUILD)
        || !set.isRecovering() && assembly.takesOver()) {
      set.recoveryCp.set(RaidSet.MAX_SECTOR);
      updateSuperblocks = true;
    }
    for (RaidDisk d : disks) {
      if (d.isThere() && d.sectors != set.devSectors) {
        throw new NotModelledException("a raid set that changes its size is not modelled");
      }
    }
  }

  private void makeBitmap() throws TargetError {
    if (!set.hasBitmap || !set.personality.syncs()) {
      return;
    }
    long sleep = valueOr(RaidParameters.Key.DAEMON_SLEEP);
    int behind = (int) valueOr(RaidParameters.Key.MAX_WRITE_BEHIND);
    MdBitmap bitmap = new MdBitmap(set, parameters.regionSize(), sleep, behind);
    int r = bitmap.create(set.firstUse);
    if (r != 0) {
      DmLog.print("mdX: failed to create bitmap (" + r + ")");
      throw new TargetError(-r, "Failed to run raid array");
    }
    set.bitmap = bitmap;
  }

  private long valueOr(RaidParameters.Key key) {
    return parameters.has(key) ? parameters.value(key) : 0;
  }

  private int stripeCache() {
    int asked =
        parameters.has(RaidParameters.Key.STRIPE_CACHE)
            ? parameters.value(RaidParameters.Key.STRIPE_CACHE)
            : STRIPE_CACHE;
    return Math.max(asked, parameters.chunkSectors / 2);
  }

  /** {@code rs_set_raid456_stripe_cache}. */
  private void adjustStripeCache(int stripes) {
    if (!type.hasStripes()) {
      return;
    }
    int asked =
        parameters.has(RaidParameters.Key.STRIPE_CACHE)
            ? parameters.value(RaidParameters.Key.STRIPE_CACHE)
            : STRIPE_CACHE;
    if (asked < stripes) {
      log(
          "Adjusting requested "
              + asked
              + " stripe cache entries to "
              + stripes
              + " to suit stripe size");
    }
    if (stripes != STRIPE_CACHE) {
      log(stripes + " stripe cache entries");
    }
  }

  @KernelSymbol("configure_discard_support")
  private void configureDiscard() {
    for (RaidDisk d : disks) {
      if (!d.isThere() || d.bdev().queue().limits().maxDiscardSectors == 0) {
        return;
      }
      if (type.hasStripes()) {
        log("raid456 discard support disabled due to discard_zeroes_data uncertainty.");
        log("Set dm-raid.devices_handle_discard_safely=Y to override.");
        return;
      }
    }
    numDiscardBios = 1;
  }

  @Override
  @KernelSymbol("raid_dtr")
  public void dtr() {
    set.destroy();
  }

  @Override
  @KernelSymbol("raid_map")
  public MapResult map(Bio bio) {
    if (bio.hasData() && bio.endSector() > arraySectors) {
      return MapResult.REQUEUE;
    }
    set.handleRequest(bio);
    return MapResult.SUBMITTED;
  }

  // ---- suspend and resume -----------------------------------------------------------------------

  @Override
  @KernelSymbol("raid_postsuspend")
  public void postsuspend() {
    if (suspended) {
      return;
    }
    suspended = true;
    if (!set.recovery.bits.test(Recovery.FROZEN)) {
      set.stopWrites();
    }
    set.reconfig.lock();
    set.suspend();
    set.unlock();
  }

  @Override
  @KernelSymbol("raid_preresume")
  public int preresume() {
    if (parameters.has(RaidParameters.Key.DELTA_DISKS)) {
      throw new NotModelledException("the parameter 'delta_disks' of raid is not modelled");
    }
    if (preresumed) {
      return 0;
    }
    preresumed = true;
    if (updateSuperblocks) {
      set.superblocks.changedDevices();
      set.readOnly.set(false);
      set.superblocks.update(true);
      set.readOnly.set(true);
    }
    int r = loadBitmap();
    if (r != 0) {
      return r;
    }
    set.recovery.bits.set(Recovery.FROZEN);
    if (set.recoveryCp.get() != 0 && set.recoveryCp.get() != RaidSet.MAX_SECTOR) {
      set.recovery.bits.set(Recovery.REQUESTED);
      set.recovery.resyncMin = set.recoveryCp.get();
    }
    return 0;
  }

  @KernelSymbol("__load_dirty_region_bitmap")
  private int loadBitmap() {
    if (set.bitmap == null) {
      return 0;
    }
    int r = set.bitmap.load();
    if (r != 0) {
      log("Failed to load bitmap");
      return r;
    }
    set.isLoaded.set(true);
    boolean asked = parameters.has(RaidParameters.Key.REGION_SIZE);
    if (asked && parameters.regionSize() != set.bitmap.chunkSectors()) {
      set.bitmap.resize(parameters.regionSize());
    }
    return 0;
  }

  @Override
  @KernelSymbol("raid_resume")
  public void resume() {
    if (resumed) {
      set.reconfig.lock();
      restoreFaulty();
      set.unlock();
    }
    resumed = true;
    if (suspended) {
      suspended = false;
      set.reconfig.lock();
      set.recovery.bits.clear(Recovery.FROZEN);
      set.readOnly.set(false);
      set.inSync.set(false);
      set.resume();
      set.unlock();
    }
  }

  /** Mirrors {@code attempt_restore_of_faulty_devices}: disks that can be read again come back. */
  @KernelSymbol("attempt_restore_of_faulty_devices")
  private void restoreFaulty() {
    long[] revived = new long[disks.length / Long.SIZE + 4];
    boolean any = false;
    for (RaidDisk d : disks) {
      if (d.faulty.get() && d.metaDevice != null && canBeRead(d) && revive(d)) {
        revived[d.number / Long.SIZE] |= 1L << d.number % Long.SIZE;
        any = true;
      }
    }
    for (RaidDisk d : disks) {
      if (any && d.superblock != null) {
        long[] failed = d.superblock.failedDevices();
        for (int i = 0; i < failed.length; i++) {
          failed[i] &= ~revived[i];
        }
        d.superblock.failedDevices(failed);
      }
    }
  }

  private boolean canBeRead(RaidDisk d) {
    byte[] bytes = d.superblock.bytes();
    if (!d.syncIo(0, bytes, 0, bytes.length, Opf.REQ_OP_READ, true)) {
      log("Failed to read superblock of device at position " + d.position.get());
      return false;
    }
    log(
        "Faulty "
            + type.name()
            + " device #"
            + d.number
            + " has readable super block.  Attempting to revive it.");
    return true;
  }

  private boolean revive(RaidDisk d) {
    d.inSync.set(false);
    if (d.position.get() < 0) {
      d.position.set(d.number);
      d.savedPosition.set(d.number);
    } else if (!set.personality.hotRemove(d)) {
      return false;
    }
    d.faulty.set(false);
    if (!set.personality.hotAdd(d)) {
      d.position.set(-1);
      d.savedPosition.set(-1);
      d.faulty.set(true);
      return false;
    }
    d.recoveryOffset.set(0);
    return true;
  }

  // ---- status and messages ----------------------------------------------------------------------

  @Override
  @KernelSymbol("raid_status")
  public String status(StatusType what) {
    StringBuilder s = new StringBuilder();
    if (what == StatusType.TABLE) {
      s.append(type.name())
          .append(' ')
          .append(parameters.describe())
          .append(' ')
          .append(disks.length);
      for (RaidDisk d : disks) {
        s.append(' ').append(d.metaDevice == null ? "-" : d.metaDevice.name());
        s.append(' ').append(d.isThere() ? d.device.name() : "-");
      }
      return s.toString();
    }
    String action = set.recovery.action();
    Progress progress = progress(action);
    s.append(set.type.name()).append(' ').append(disks.length).append(' ');
    for (RaidDisk d : disks) {
      s.append(letter(d, progress));
    }
    s.append(' ').append(progress.sectors).append('/').append(set.devSectors);
    long mismatches = set.recovery.lastAction.equals("check") ? set.recovery.mismatches.get() : 0;
    return s.append(' ').append(action).append(' ').append(mismatches).append(" 0 -").toString();
  }

  /**
   * How far the set is.
   *
   * @param sectors that are in sync
   * @param resyncing whether no disk is sure to be
   * @param inSync whether all that have no failure are
   */
  private record Progress(long sectors, boolean resyncing, boolean inSync) {}

  @KernelSymbol("rs_get_progress")
  private Progress progress(String action) {
    long all = set.devSectors;
    if (type.level() == 0) {
      return new Progress(all, false, true);
    }
    boolean idle = action.equals("idle");
    boolean cut = set.recovery.bits.test(Recovery.INTR);
    long r = idle && !cut ? set.recoveryCp.get() : set.recovery.completed.get();
    boolean resyncing = false;
    boolean inSync = false;
    if (idle && Long.compareUnsigned(r, all) >= 0) {
      inSync = set.recovery.bits.test(Recovery.RECOVER);
    } else if (action.equals("resync")) {
      resyncing = true;
    } else if (action.equals("check") || action.equals("repair")) {
      inSync = true;
    } else if (!action.equals("recover")) {
      resyncing = set.recovery.bits.test(Recovery.NEEDED);
      inSync = !resyncing && Arrays.stream(disks).allMatch(d -> !d.isThere() || d.inSync.get());
    }
    return new Progress(Long.compareUnsigned(r, all) < 0 ? r : all, resyncing, inSync);
  }

  private static char letter(RaidDisk d, Progress p) {
    if (!d.isThere()) {
      return '-';
    }
    if (d.faulty.get()) {
      return 'D';
    }
    return p.resyncing || !p.inSync && !d.inSync.get() ? 'a' : 'A';
  }

  @Override
  @KernelSymbol("raid_message")
  public int message(String[] argv, StringBuilder result) {
    if (!set.personality.syncs()) {
      return -EINVAL;
    }
    return set.recovery.message(argv[0].toLowerCase(Locale.ROOT));
  }

  // ---- devices ----------------------------------------------------------------------------------

  @Override
  public int iterateDevices(DeviceCallout fn) {
    int r = 0;
    for (int i = 0; r == 0 && i < disks.length; i++) {
      if (disks[i].isThere()) {
        r = fn.device(this, disks[i].device, 0, set.devSectors);
      }
    }
    return r;
  }

  @Override
  public void ioHints(QueueLimits limits) {
    long chunk = (long) parameters.chunkSectors << Sectors.SHIFT;
    limits.setIoMin(chunk);
    limits.ioOpt = chunk * (disks.length - type.parityDisks());
  }
}
