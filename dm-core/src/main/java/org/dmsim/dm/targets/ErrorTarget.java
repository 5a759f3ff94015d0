package org.dmsim.dm.targets;

import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;

/**
 * {@code error [DEVICE START]}: every I/O fails. Mirrors the error target of {@code dm-target.c},
 * 6.1, where it takes any parameters and ignores them; and 6.12, where two name a device whose
 * limits it has.
 */
@DmTargetType(
    name = "error",
    version = "1.5.0",
    features = {TargetFeature.WILDCARD})
public final class ErrorTarget extends DmTarget {

  private DmDev device;
  private long start;

  @Override
  public void ctr(String[] argv) throws TargetError {
    if (argv.length == 2 && has(TargetPolicy.ERROR_HOLDS_DEVICE)) {
      start = Scan.sector(argv[1], "Invalid device sector");
      device = getDevice(argv[0], "Device lookup failed");
    }
    numDiscardBios = 1;
    discardsSupported = has(TargetPolicy.ERROR_DISCARDS);
  }

  @Override
  public MapResult map(Bio bio) {
    return MapResult.KILL;
  }

  @Override
  public boolean listsDevices() {
    return has(TargetPolicy.ERROR_HOLDS_DEVICE);
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return device == null ? 0 : fn.device(this, device, start, length());
  }

  @Override
  public void ioHints(QueueLimits limits) {
    if (has(TargetPolicy.ERROR_DISCARDS)) {
      limits.setMaxDiscardSectors(Sectors.UINT_MAX);
      limits.discardGranularity = Sectors.SIZE;
    }
  }
}
