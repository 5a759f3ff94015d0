package org.dmsim.dm.targets.stripe;

import org.dmsim.block.Errno;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.GlobalMutex;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetFeature;
import org.dmsim.locking.Mutex;
import org.dmsim.report.KernelSymbol;

/**
 * {@code switch PATHS REGION 0 [DEVICE START]+}: regions of one size, and a table that says to
 * which path each goes. Mirrors {@code dm-switch.c}, 6.1.
 */
@DmTargetType(
    name = "switch",
    version = "1.1.0",
    features = {TargetFeature.NOWAIT})
public final class SwitchTarget extends DmTarget {

  /** As many paths as fit with their context into what {@code kmalloc} gives at most. */
  private static final int MAX_PATHS = ((4 << 20) - 40) / 16;

  /** Longs that {@code vmalloc} gives at most: those of a machine with 1 GiB of memory. */
  private static final long MAX_SLOTS = 1L << 27;

  private static final GlobalMutex MESSAGE_MUTEX = new GlobalMutex("message_mutex");

  private final Mutex messageMutex = MESSAGE_MUTEX.get();

  private long regionSize;
  private DmDev[] devices;
  private long[] starts;
  private RegionTable regions;

  @Override
  @KernelSymbol("switch_ctr")
  public void ctr(String[] argv) throws TargetError {
    ArgSet args = new ArgSet(argv);
    int paths = args.read(1, MAX_PATHS, "Invalid number of paths");
    int size = args.read(1, -1, "Invalid region size");
    args.readGroup(0, 0, "Invalid number of optional args");
    if (args.left() != paths * 2) {
      throw new TargetError(EINVAL, "Incorrect number of path arguments");
    }
    regionSize = Integer.toUnsignedLong(size);
    setMaxIoLen(regionSize);
    devices = new DmDev[paths];
    starts = new long[paths];
    for (int i = 0; i < paths; i++) {
      devices[i] = getDevice(args.shift(), "Device lookup failed");
      starts[i] = Scan.kstrtoull(args.shift(), "Invalid device starting offset");
    }
    long count =
        Long.divideUnsigned(length(), regionSize)
            + (Long.remainderUnsigned(length(), regionSize) != 0 ? 1 : 0);
    if (RegionTable.slotsFor(count, paths) > MAX_SLOTS) {
      throw new TargetError(Errno.ENOMEM, "Cannot allocate region table");
    }
    regions = new RegionTable(count, paths);
    numDiscardBios = 1;
  }

  @KernelSymbol("switch_get_path_nr")
  private int path(long offset) {
    return regions.read(Long.divideUnsigned(offset, regionSize));
  }

  @Override
  @KernelSymbol("switch_map")
  public MapResult map(Bio bio) {
    long offset = offset(bio.sector());
    int path = path(offset);
    bio.setDev(devices[path].bdev());
    bio.setSector(starts[path] + offset);
    return MapResult.REMAPPED;
  }

  @Override
  @KernelSymbol("switch_message")
  public int message(String[] argv, StringBuilder result) {
    messageMutex.lock();
    int r = -EINVAL;
    if (argv[0].equalsIgnoreCase("set_region_mappings")) {
      r = new RegionMappings(regions, devices.length).process(argv);
    } else {
      DmLog.say("switch", "Unrecognised message received.");
    }
    messageMutex.unlock();
    return r;
  }

  @Override
  @KernelSymbol("switch_status")
  public String status(StatusType type) {
    if (type == StatusType.INFO) {
      return "";
    }
    StringBuilder s = new StringBuilder();
    s.append(devices.length).append(' ').append(regionSize).append(" 0");
    for (int i = 0; i < devices.length; i++) {
      s.append(' ').append(devices[i].name());
      s.append(' ').append(Long.toUnsignedString(starts[i]));
    }
    return s.toString();
  }

  @Override
  @KernelSymbol("switch_prepare_ioctl")
  public int prepareIoctl(BlockDevice[] passed) {
    int path = path(0);
    passed[0] = devices[path].bdev();
    return length() + starts[path] != passed[0].sectors() ? 1 : 0;
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    for (int i = 0; i < devices.length; i++) {
      int r = fn.device(this, devices[i], starts[i], length());
      if (r != 0) {
        return r;
      }
    }
    return 0;
  }
}
