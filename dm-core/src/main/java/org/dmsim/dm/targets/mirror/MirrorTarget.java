package org.dmsim.dm.targets.mirror;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.RateLimit;
import org.dmsim.block.bio.Bio;
import org.dmsim.dm.kcopyd.KcopydClient;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * {@code mirror LOGTYPE COUNT LOGPARAMETER... LEGS [DEVICE START]+ [COUNT FEATURE...]}: legs that
 * hold the same. Mirrors {@code dm-raid1.c}, 6.1.
 */
@DmTargetType(name = "mirror", version = "1.14.0")
public final class MirrorTarget extends DmTarget {

  private static final int MAX_LEGS = KcopydClient.MAX_REGIONS + 1;

  private final RateLimit readErrors = new RateLimit("mirror_end_io");
  private MirrorSet ms;

  @Override
  @KernelSymbol("mirror_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length < 2) {
      throw new TargetError(EINVAL, "Insufficient mirror log arguments");
    }
    ArgSet args = new ArgSet(argv);
    String type = args.shift();
    int count = (int) Scan.sector(args.shift(), "Invalid mirror log argument count");
    if (Integer.compareUnsigned(count, args.left()) > 0) {
      throw new TargetError(EINVAL, "Insufficient mirror log arguments");
    }
    String[] logArgs = new String[count];
    for (int i = 0; i < count; i++) {
      logArgs[i] = args.shift();
    }
    CoreLog log = createLog(type, logArgs);
    if (log == null) {
      throw new TargetError(EINVAL, "Error creating mirror dirty log");
    }
    try {
      ms = construct(args, log);
    } catch (TargetError why) {
      log.destroy();
      throw why;
    }
    numFlushBios = 1;
    numDiscardBios = 1;
    ms.wakeWorkers();
  }

  /** Null, and the log says why, where the parameters make no sense. */
  @KernelSymbol("dm_dirty_log_create")
  private CoreLog createLog(String type, String[] argv) {
    if (type.equals("core")) {
      CoreLog.Parameters p = CoreLog.Parameters.read(this, argv, 0);
      return p == null ? null : new CoreLog(this, p);
    }
    if (type.equals("userspace")) {
      throw new NotModelledException("the mirror log 'userspace' is not modelled");
    }
    if (!type.equals("disk")) {
      CoreLog.say("Module for logging type \"" + type + "\" not found.");
      return null;
    }
    if (argv.length < 2 || argv.length > 3) {
      CoreLog.say("wrong number of arguments to disk dirty region log");
      return null;
    }
    DmDev device;
    try {
      device = getDevice(argv[0], "");
    } catch (TargetError notFound) {
      return null;
    }
    CoreLog.Parameters p = CoreLog.Parameters.read(this, argv, 1);
    return p == null || !DiskLog.fits(p, device)
        ? null
        : new DiskLog(this, p, device, () -> ms.flushLegs());
  }

  private MirrorSet construct(ArgSet args, CoreLog log) throws TargetError {
    String word = args.shift();
    long count = word != null && Scan.isUnsigned(word) ? Scan.unsigned(word) & 0xffff_ffffL : 0;
    if (count < 2 || count > MAX_LEGS) {
      throw new TargetError(EINVAL, "Invalid number of mirrors");
    }
    if (args.left() < count * 2) {
      throw new TargetError(EINVAL, "Too few mirror arguments");
    }
    Leg[] legs = new Leg[(int) count];
    for (int i = 0; i < legs.length; i++) {
      String path = args.shift();
      long offset = Scan.sector(args.shift(), "Invalid offset");
      legs[i] = new Leg(i, getDevice(path, "Device lookup failure"), offset);
    }
    setMaxIoLen(log.regionSize());
    boolean handleErrors = false;
    boolean keepLog = false;
    if (args.left() != 0) {
      int features = (int) Scan.sector(args.shift(), "Invalid number of features");
      if (Integer.compareUnsigned(features, args.left()) > 0) {
        throw new TargetError(EINVAL, "Not enough arguments to support feature count");
      }
      for (int i = 0; i < features; i++) {
        switch (args.shift()) {
          case "handle_errors" -> handleErrors = true;
          case "keep_log" -> keepLog = true;
          default -> throw new TargetError(EINVAL, "Unrecognised feature requested");
        }
      }
    }
    if (keepLog && !handleErrors) {
      throw new TargetError(EINVAL, "keep_log feature requires the handle_errors feature");
    }
    if (args.left() != 0) {
      throw new TargetError(EINVAL, "Too many mirror arguments");
    }
    return new MirrorSet(this, legs, log, handleErrors, keepLog);
  }

  @Override
  public void dtr() {
    ms.destroy();
  }

  @Override
  @KernelSymbol("mirror_map")
  public MapResult map(Bio bio) {
    BioRecord record = perBioData(bio, BioRecord::new);
    record.begin();
    if (Opf.isWrite(bio.opf())) {
      record.writeRegion = ms.regions.regionOf(bio);
      ms.queue(bio, true);
      return MapResult.SUBMITTED;
    }
    if (!ms.isInSync(bio)) {
      if (bio.hasOpf(Opf.REQ_RAHEAD)) {
        return MapResult.KILL;
      }
      ms.queue(bio, false);
      return MapResult.SUBMITTED;
    }
    Leg leg = ms.chooseLeg();
    if (leg == null) {
      return MapResult.KILL;
    }
    record.record(bio, leg);
    ms.map(leg, bio);
    return MapResult.REMAPPED;
  }

  @Override
  @KernelSymbol("mirror_end_io")
  public EndIoResult endIo(Bio bio) {
    BioRecord record = perBioData(bio, BioRecord::new);
    if (Opf.isWrite(bio.opf())) {
      if (!bio.hasOpf(Opf.REQ_PREFLUSH) && bio.op() != Opf.REQ_OP_DISCARD) {
        ms.regions.decPending(record.writeRegion);
      }
      return EndIoResult.DONE;
    }
    if (bio.status() == BlkStatus.OK
        || bio.status() == BlkStatus.NOTSUPP
        || bio.hasOpf(Opf.REQ_RAHEAD)) {
      return EndIoResult.DONE;
    }
    Leg leg = record.readFrom;
    if (leg == null) {
      readErrors.printk("device-mapper: raid1: Mirror read failed.");
      return EndIoResult.DONE;
    }
    MirrorSet.say("Mirror read failed from " + leg.device.name() + ". Trying alternative device.");
    ms.fail(leg, Leg.Failure.READ);
    if (ms.defaultIsGood() || ms.isAvailable(bio)) {
      record.restore(bio);
      bio.setStatus(BlkStatus.OK);
      ms.queue(bio, false);
      return EndIoResult.INCOMPLETE;
    }
    MirrorSet.say("All replicated volumes dead, failing I/O");
    return EndIoResult.DONE;
  }

  @Override
  public void presuspend() {
    ms.presuspend();
  }

  @Override
  public void postsuspend() {
    ms.postsuspend();
  }

  @Override
  public void resume() {
    ms.resume();
  }

  @Override
  @KernelSymbol("mirror_status")
  public String status(StatusType type) {
    return type == StatusType.INFO ? ms.status() : ms.describe();
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    int r = 0;
    for (int i = 0; r == 0 && i < ms.legs.length; i++) {
      r = fn.device(this, ms.legs[i].device, ms.legs[i].offset, length());
    }
    return r;
  }
}
