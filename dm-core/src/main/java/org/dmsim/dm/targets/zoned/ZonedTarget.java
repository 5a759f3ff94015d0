package org.dmsim.dm.targets.zoned;

import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetFeature;
import org.dmsim.report.KernelSymbol;

/**
 * {@code zoned DEVICE [DEVICE...]}: mirrors the constructor of {@code dm-zoned-target.c}, 6.1. No
 * device is zoned here, and without one none of its tables loads.
 */
@DmTargetType(
    name = "zoned",
    version = "2.0.0",
    features = {TargetFeature.SINGLETON})
public final class ZonedTarget extends DmTarget {

  @Override
  @KernelSymbol("dmz_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length < 1) {
      throw new TargetError(EINVAL, "Invalid argument count");
    }
    for (int i = 0; i < argv.length; i++) {
      getDevice(argv[i], "Get target device failed");
      if (argv.length == 1) {
        throw new TargetError(EINVAL, "Invalid regular device");
      }
      if (i != 0) {
        throw new TargetError(EINVAL, "First device must be a regular device");
      }
      if (begin() != 0) {
        throw new TargetError(EINVAL, "Partial mapping is not supported");
      }
    }
  }

  @Override
  public MapResult map(Bio clone) {
    return MapResult.KILL; // no table gets here
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return 0;
  }
}
