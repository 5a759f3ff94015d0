package org.dmsim.scenarios.sample;

import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.TargetError;

/** {@code wrap DEVICE SECTORS}: the device's first SECTORS sectors, again and again. */
@DmTargetType(name = "wrap")
public final class WrapTarget extends DmTarget {
  private DmDev device;

  @Override
  public void ctr(String[] argv) throws TargetError {
    device = getDevice(argv[0], "Device lookup failed");
    setMaxIoLen(Long.parseLong(argv[1])); // no bio crosses the seam
  }

  @Override
  public MapResult map(Bio bio) {
    bio.setDev(device.bdev());
    bio.setSector(offset(bio.sector()) % maxIoLen);
    return MapResult.REMAPPED;
  }
}
