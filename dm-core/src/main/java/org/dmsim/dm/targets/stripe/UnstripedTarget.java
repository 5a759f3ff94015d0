package org.dmsim.dm.targets.stripe;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetFeature;
import org.dmsim.report.KernelSymbol;

/**
 * {@code unstriped STRIPES CHUNK STRIPE DEVICE START}: one stripe of a device on which a range is
 * striped. Mirrors {@code dm-unstripe.c}, 6.1.
 */
@DmTargetType(
    name = "unstriped",
    version = "1.1.0",
    features = {TargetFeature.NOWAIT})
public final class UnstripedTarget extends DmTarget {

  private DmDev device;
  private long start;
  private long stripes;
  private long chunkSize;
  private long stripe;

  @Override
  @KernelSymbol("unstripe_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length != 5) {
      throw new TargetError(EINVAL, "Invalid number of arguments");
    }
    stripes = Scan.kstrtouint(argv[0]);
    if (stripes <= 0) {
      throw new TargetError(EINVAL, "Invalid stripe count");
    }
    chunkSize = Scan.kstrtouint(argv[1]);
    if (chunkSize <= 0) {
      throw new TargetError(EINVAL, "Invalid chunk_size");
    }
    stripe = Scan.kstrtouint(argv[2]);
    if (stripe < 0) {
      throw new TargetError(EINVAL, "Invalid stripe number");
    }
    // The kernel lets through a stripe number that equals the count, and any where there is one.
    if (stripe > stripes && stripes > 1) {
      throw new TargetError(EINVAL, "Please provide stripe between [0, # of stripes]");
    }
    try {
      device = getDevice(argv[3], "Couldn't get striped device");
    } catch (TargetError why) {
      throw new TargetError(EINVAL, why.getMessage());
    }
    start = Scan.sector(argv[4], "Invalid striped device offset");
    if (Long.remainderUnsigned(length(), chunkSize) != 0) {
      throw new TargetError(EINVAL, "Target length not divisible by chunk size");
    }
    setMaxIoLen(chunkSize);
  }

  @Override
  @KernelSymbol("unstripe_map")
  public MapResult map(Bio bio) {
    long sector = offset(bio.sector());
    long row = Long.divideUnsigned(sector, chunkSize);
    bio.setDev(device.bdev());
    bio.setSector(sector + row * ((stripes - 1) * chunkSize) + stripe * chunkSize + start);
    return MapResult.REMAPPED;
  }

  @Override
  @KernelSymbol("unstripe_status")
  public String status(StatusType type) {
    if (type == StatusType.INFO) {
      return "";
    }
    return (int) stripes
        + " "
        + chunkSize
        + " "
        + (int) stripe
        + " "
        + device.name()
        + " "
        + Long.toUnsignedString(start);
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, device, start, length());
  }

  @Override
  @KernelSymbol("unstripe_io_hints")
  public void ioHints(QueueLimits limits) {
    limits.chunkSectors = chunkSize;
  }
}
