package org.dmsim.dm.targets.snapshot;

import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.memory.PlainLong;
import org.dmsim.report.KernelSymbol;

/**
 * {@code snapshot-origin DEVICE}: a device whose snapshots copy what is about to be written.
 * Mirrors {@code dm-snap.c}, 6.1.
 */
@DmTargetType(name = "snapshot-origin", version = "1.9.0")
public final class SnapshotOriginTarget extends DmTarget {

  private DmDev device;
  private Origins origins;

  /** Writes are cut at multiples of this, the smallest chunk of its snapshots. */
  private final PlainLong splitBoundary = new PlainLong("o->split_boundary", 0);

  @Override
  @KernelSymbol("origin_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length != 1) {
      throw new TargetError(EINVAL, "origin: incorrect number of arguments");
    }
    device = getDevice(argv[0], "Cannot get target device");
    origins = Origins.of(device.bdev());
    numFlushBios = 1;
  }

  @Override
  @KernelSymbol("origin_map")
  public MapResult map(Bio bio) {
    bio.setDev(device.bdev());
    if (bio.hasOpf(Opf.REQ_PREFLUSH) || !Opf.isWrite(bio.opf())) {
      return MapResult.REMAPPED;
    }
    long boundary = splitBoundary.get();
    long available = boundary - (bio.sector() & (boundary - 1));
    if (bio.sectors() > available) {
      acceptPartialBio(bio, (int) available);
    }
    return origins.write(device.bdev(), bio, true);
  }

  @Override
  @KernelSymbol("origin_resume")
  public void resume() {
    splitBoundary.set(origins.minimumChunkSize(device.bdev()));
    origins.add(this, device.bdev());
  }

  @Override
  @KernelSymbol("origin_postsuspend")
  public void postsuspend() {
    origins.remove(this, device.bdev());
  }

  @Override
  @KernelSymbol("origin_status")
  public String status(StatusType type) {
    return type == StatusType.INFO ? "" : device.name();
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, device, 0, length());
  }
}
