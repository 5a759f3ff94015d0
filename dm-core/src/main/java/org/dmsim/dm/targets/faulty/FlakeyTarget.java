package org.dmsim.dm.targets.faulty;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * {@code flakey DEVICE START UP DOWN [COUNT FEATURE...]}: a device that is down for a part of the
 * time. Up and down times are seconds. Mirrors {@code dm-flakey.c}, 6.1.
 */
@DmTargetType(name = "flakey", version = "1.5.0")
public final class FlakeyTarget extends DmTarget {

  private static final long NANOSECONDS = 1_000_000_000L;

  /** What is kept with a clone: whether it came while the device was down. */
  private static final class Mark {
    boolean down;
  }

  private final FlakeyFeatures features = new FlakeyFeatures();
  private DmDev device;
  private long start;
  private long up;
  private long down;
  private long startTime;

  @Override
  @KernelSymbol("flakey_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length < 4) {
      throw new TargetError(EINVAL, "Invalid argument count");
    }
    startTime = now();
    ArgSet args = new ArgSet(argv);
    String path = args.shift();
    start = Scan.sector(args.shift(), "Invalid device sector");
    // Both intervals are refused in the same words.
    up = Integer.toUnsignedLong(args.read(0, -1, "Invalid up interval"));
    down = Integer.toUnsignedLong(args.read(0, -1, "Invalid up interval"));
    int total = (int) (up + down);
    if (total == 0) {
      throw new TargetError(EINVAL, "Total (up + down) interval is zero");
    }
    if (up + down != Integer.toUnsignedLong(total)) {
      throw new TargetError(EINVAL, "Interval overflow");
    }
    features.parse(args);
    device = getDevice(path, "Device lookup failed");
    numFlushBios = 1;
    numDiscardBios = 1;
  }

  private static long now() {
    Task t = Task.current();
    return t == null ? 0 : t.machine().now(); // without a machine no time passes
  }

  private boolean isDown() {
    long elapsed = (now() - startTime) / NANOSECONDS & 0xffff_ffffL;
    return elapsed % (up + down) >= up;
  }

  @Override
  @KernelSymbol("flakey_map")
  public MapResult map(Bio bio) {
    Mark mark = perBioData(bio, Mark::new);
    mark.down = isDown();
    if (mark.down) {
      MapResult r = Opf.isWrite(bio.opf()) ? writeWhileDown(bio) : readWhileDown();
      if (r != MapResult.REMAPPED) {
        return r;
      }
    }
    bio.setDev(device.bdev());
    bio.setSector(start + offset(bio.sector()));
    return MapResult.REMAPPED;
  }

  /** Without any feature a read fails at once, else its end decides. */
  private MapResult readWhileDown() {
    boolean plain = features.corruptByte == 0 && !features.dropWrites && !features.errorWrites;
    return plain ? MapResult.KILL : MapResult.REMAPPED;
  }

  private MapResult writeWhileDown(Bio bio) {
    if (features.dropWrites) {
      bio.endio();
      return MapResult.SUBMITTED;
    }
    if (features.errorWrites) {
      bio.ioError();
      return MapResult.SUBMITTED;
    }
    if (features.corruptByte == 0) {
      return MapResult.KILL;
    }
    if (features.corruptsWrites && flagsMatch(bio)) {
      corrupt(bio);
    }
    return MapResult.REMAPPED;
  }

  private boolean flagsMatch(Bio bio) {
    return (bio.opf() & features.corruptFlags) == features.corruptFlags;
  }

  @KernelSymbol("corrupt_bio_data")
  private void corrupt(Bio bio) {
    long at = Integer.toUnsignedLong(features.corruptByte) - 1;
    if (bio.hasData() && at < bio.size()) {
      bio.data()[bio.dataOffset() + (int) at] = (byte) features.corruptValue;
    }
  }

  @Override
  @KernelSymbol("flakey_end_io")
  public EndIoResult endIo(Bio bio) {
    Mark mark = perBioData(bio, Mark::new);
    if (bio.status() == BlkStatus.OK && mark.down && !Opf.isWrite(bio.opf())) {
      if (features.corruptByte != 0) {
        if (!features.corruptsWrites && flagsMatch(bio)) {
          corrupt(bio);
        }
      } else if (!features.dropWrites && !features.errorWrites) {
        bio.setStatus(BlkStatus.IOERR);
      }
    }
    return EndIoResult.DONE;
  }

  @Override
  @KernelSymbol("flakey_status")
  public String status(StatusType type) {
    if (type == StatusType.INFO) {
      return "";
    }
    return device.name()
        + " "
        + Long.toUnsignedString(start)
        + " "
        + up
        + " "
        + down
        + " "
        + features.describe();
  }

  @Override
  @KernelSymbol("flakey_prepare_ioctl")
  public int prepareIoctl(BlockDevice[] passed) {
    passed[0] = device.bdev();
    return start != 0 || length() != passed[0].sectors() ? 1 : 0;
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, device, start, length());
  }
}
