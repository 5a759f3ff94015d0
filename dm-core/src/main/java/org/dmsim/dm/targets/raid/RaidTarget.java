package org.dmsim.dm.targets.raid;

import java.util.Arrays;
import java.util.Locale;
import org.dmsim.block.Errno;
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
import org.dmsim.memory.SharedBits;
import org.dmsim.report.KernelSymbol;

/**
 * {@code raid TYPE COUNT CHUNK [PARAMETER...] DISKS [- DEVICE]+}: a set of disks under md. Mirrors
 * {@code dm-raid.c}, 6.1, for sets without metadata devices, which are taken to be in sync.
 */
@DmTargetType(name = "raid", version = "1.15.1")
public final class RaidTarget extends DmTarget {

  private static final int MAX_DISKS = 253;
  private static final int STRIPE_CACHE = 256;

  // Bits of mddev->recovery and of the set's own state; their names stand in the same order below.
  private static final int FROZEN = 0;
  private static final int RS_SUSPENDED = 1;

  private final SharedBits flags =
      new SharedBits("rs->flags", "MD_RECOVERY_FROZEN", "RS_SUSPENDED");
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
    flags.set(RS_SUSPENDED);
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
    boolean metadata = false;
    for (RaidDisk d : disks) {
      String meta = args.shift();
      DmDev metaDevice =
          meta.equals("-") ? null : getDevice(meta, "RAID metadata device lookup failure");
      String data = args.shift();
      if (data.equals("-")) {
        if (!d.inSync) {
          throw new TargetError(EINVAL, "Drive designated for rebuild not specified");
        }
        if (metaDevice != null) {
          throw new TargetError(EINVAL, "No data device supplied with metadata device");
        }
        continue;
      }
      d.device = getDevice(data, "RAID device lookup failure");
      metadata |= metaDevice != null;
    }
    if (metadata) {
      throw new NotModelledException(
          "raid with metadata devices is not modelled; there is '-' in their place");
    }
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
    set = new RaidSet(type, disks, parameters.chunkSectors, stripes);
    set.devSectors = devSectors;
    try {
      set.personality.run();
    } catch (TargetError e) {
      set.destroy();
      throw e;
    }
    if (set.usableDisks() != set.disksThere()) {
      set.destroy();
      throw new NotModelledException("the parameter 'rebuild' of raid is not modelled");
    }
    arraySectors = set.personality.size();
    adjustStripeCache(stripes);
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
    if (!flags.test(RS_SUSPENDED)) {
      flags.set(RS_SUSPENDED);
      flags.set(FROZEN);
    }
  }

  @Override
  @KernelSymbol("raid_preresume")
  public int preresume() {
    if (parameters.has(RaidParameters.Key.DELTA_DISKS)) {
      throw new NotModelledException("the parameter 'delta_disks' of raid is not modelled");
    }
    return 0;
  }

  @Override
  @KernelSymbol("raid_resume")
  public void resume() {
    if (flags.test(RS_SUSPENDED)) {
      flags.clear(RS_SUSPENDED);
      flags.clear(FROZEN);
    }
  }

  // ---- status and messages ----------------------------------------------------------------------

  @Override
  @KernelSymbol("raid_status")
  public String status(StatusType what) {
    StringBuilder s = new StringBuilder(type.name()).append(' ');
    if (what == StatusType.TABLE) {
      s.append(parameters.describe()).append(' ').append(disks.length);
      for (RaidDisk d : disks) {
        s.append(" - ").append(d.isThere() ? d.device.name() : "-");
      }
      return s.toString();
    }
    s.append(disks.length).append(' ');
    for (RaidDisk d : disks) {
      s.append(d.isThere() ? 'A' : '-');
    }
    boolean frozen = flags.test(FROZEN);
    long done = frozen && type.level() != 0 ? 0 : set.devSectors;
    s.append(' ').append(done).append('/').append(set.devSectors);
    return s.append(frozen ? " frozen" : " idle").append(" 0 0 -").toString();
  }

  @Override
  @KernelSymbol("raid_message")
  public int message(String[] argv, StringBuilder result) {
    if (!set.personality.syncs()) {
      return -EINVAL;
    }
    String word = argv[0].toLowerCase(Locale.ROOT);
    if (word.equals("frozen")) {
      flags.set(FROZEN);
      return 0;
    }
    flags.clear(FROZEN);
    return switch (word) {
      case "idle" -> 0;
      case "resync", "recover", "check", "repair" ->
          throw new NotModelledException("the message '" + word + "' of raid is not modelled");
      default -> -Errno.EINVAL;
    };
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
