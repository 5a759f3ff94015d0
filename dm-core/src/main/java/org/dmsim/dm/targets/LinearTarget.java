package org.dmsim.dm.targets;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.report.KernelSymbol;

/** {@code linear DEVICE START}: one stretch of one device. Mirrors {@code dm-linear.c}, 6.1. */
@DmTargetType(
    name = "linear",
    version = "1.4.0",
    features = {TargetFeature.NOWAIT})
public final class LinearTarget extends DmTarget {

  private DmDev device;
  private long start;

  @Override
  public void ctr(String[] argv) throws TargetError {
    if (argv.length != 2) {
      throw new TargetError(EINVAL, "Invalid argument count");
    }
    start = Scan.sector(argv[1], "Invalid device sector");
    device = getDevice(argv[0], "Device lookup failed");
    numFlushBios = 1;
    numDiscardBios = 1;
    numSecureEraseBios = 1;
    numWriteZeroesBios = 1;
    flushBypassesMap = has(TargetPolicy.LINEAR_FLUSH_BYPASSES_MAP);
  }

  @Override
  @KernelSymbol("linear_map")
  public MapResult map(Bio bio) {
    bio.setDev(device.bdev());
    bio.setSector(start + offset(bio.sector()));
    return MapResult.REMAPPED;
  }

  @Override
  public String status(StatusType type) {
    return type == StatusType.INFO ? "" : device.name() + " " + Long.toUnsignedString(start);
  }

  @Override
  public int prepareIoctl(BlockDevice[] passed) {
    passed[0] = device.bdev();
    return start != 0 || length() != device.bdev().sectors() ? 1 : 0;
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, device, start, length());
  }
}
