package org.example;

import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.TargetError;

/** {@code turned DEVICE}: the device's sectors in blocks of eight, the last block first. */
@DmTargetType(name = "turned")
public final class TurnedTarget extends DmTarget {
  private DmDev device;

  @Override
  public void ctr(String[] argv) throws TargetError {
    device = getDevice(argv[0], "Device lookup failed");
    setMaxIoLen(8);
  }

  @Override
  public MapResult map(Bio bio) {
    long offset = offset(bio.sector());
    bio.setDev(device.bdev());
    bio.setSector(length() - 8 - (offset & ~7L) + (offset & 7));
    return MapResult.REMAPPED;
  }
}
