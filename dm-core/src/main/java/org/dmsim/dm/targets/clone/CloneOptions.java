package org.dmsim.dm.targets.clone;

import java.util.Arrays;
import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;

/** A table line as {@code clone_ctr} reads it, 6.1. */
final class CloneOptions {

  /** Opens a device. */
  interface Devices {
    DmDev get(String path, boolean writable, String error) throws TargetError;
  }

  private static final int MIN_REGION = 1 << 3;
  private static final int MAX_REGION = 1 << 21;

  /** {@code DM_CLONE_METADATA_MAX_SECTORS_WARNING}. */
  private static final long WARNING_SECTORS = 16L << 21;

  private final long length;
  DmDev metadata;
  DmDev destination;
  DmDev source;

  /** Sectors. */
  int regionSize;

  boolean hydration = true;
  boolean discardPassdown = true;
  int threshold = 1;
  int batchSize = 1;

  /** The words behind the devices, which the table shows as they are. */
  private String[] words;

  private CloneOptions(long length) {
    this.length = length;
  }

  private static TargetError refuse(String why) {
    return new TargetError(Errno.EINVAL, why);
  }

  /**
   * Reads one; opens the devices on the way.
   *
   * @param length sectors of the target
   */
  static CloneOptions read(String[] argv, long length, Devices devices, long mostMetadata)
      throws TargetError {
    if (argv.length < 4) {
      throw refuse("Invalid number of arguments");
    }
    CloneOptions o = new CloneOptions(length);
    ArgSet args = new ArgSet(argv);
    o.openDevices(args, devices, mostMetadata);
    o.readRegionSize(args);
    o.readFeatures(args);
    o.readCore(args);
    o.words = Arrays.copyOfRange(argv, 3, argv.length);
    return o;
  }

  private void openDevices(ArgSet args, Devices devices, long mostMetadata) throws TargetError {
    metadata = devices.get(args.shift(), true, "Error opening metadata device");
    if (metadata.bdev().sectors() > WARNING_SECTORS) {
      DmLog.say(
          "clone",
          "Metadata device "
              + metadata.bdev().name()
              + " is larger than "
              + mostMetadata
              + " sectors: excess space will not be used.");
    }
    destination = devices.get(args.shift(), true, "Error opening destination device");
    checkSize(destination, "destination");
    source = devices.get(args.shift(), false, "Error opening source device");
    checkSize(source, "source");
  }

  private void checkSize(DmDev device, String name) throws TargetError {
    if (Long.compareUnsigned(length, device.bdev().sectors()) > 0) {
      throw refuse("Device size larger than " + name + " device");
    }
  }

  private static int blockOf(DmDev device) {
    return device.bdev().queue().limits().logicalBlockSize >> Sectors.SHIFT;
  }

  private void readRegionSize(ArgSet args) throws TargetError {
    regionSize = args.read(MIN_REGION, MAX_REGION, "Invalid region size");
    if (Integer.bitCount(regionSize) != 1) {
      throw refuse("Region size is not a power of 2");
    }
    if (regionSize % blockOf(source) != 0 || regionSize % blockOf(destination) != 0) {
      throw refuse("Region size is not a multiple of device logical block size");
    }
    if (Long.compareUnsigned(regions(), 1L << 31) > 0) {
      throw refuse("Too many regions. Consider increasing the region size");
    }
  }

  long regions() {
    return Long.divideUnsigned(length + regionSize - 1, regionSize);
  }

  private void readFeatures(ArgSet args) throws TargetError {
    if (args.left() == 0) {
      return;
    }
    int count = args.readGroup(0, 2, "Invalid number of feature arguments");
    for (; count > 0; count--) {
      switch (args.shift().toLowerCase(Locale.ROOT)) {
        case "no_hydration" -> hydration = false;
        case "no_discard_passdown" -> discardPassdown = false;
        default -> throw refuse("Invalid feature argument");
      }
    }
  }

  private void readCore(ArgSet args) throws TargetError {
    if (args.left() == 0) {
      return;
    }
    int count = args.readGroup(0, 4, "Invalid number of core arguments");
    if (count % 2 != 0) {
      throw refuse("Number of core arguments must be even");
    }
    for (; count > 0; count -= 2) {
      String word = args.shift().toLowerCase(Locale.ROOT);
      if (!word.equals("hydration_threshold") && !word.equals("hydration_batch_size")) {
        throw refuse("Invalid core argument");
      }
      long value = Scan.kstrtouint(args.shift());
      if (value < 0) {
        throw refuse("Invalid value for argument `" + word + "'");
      }
      if (word.equals("hydration_threshold")) {
        threshold = (int) value;
      } else {
        batchSize = (int) value;
      }
    }
  }

  /** The table line; {@code clone_status}. */
  String line() {
    return metadata.name()
        + " "
        + destination.name()
        + " "
        + source.name()
        + " "
        + String.join(" ", words);
  }
}
