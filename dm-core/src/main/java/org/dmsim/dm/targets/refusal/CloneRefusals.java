package org.dmsim.dm.targets.refusal;

import java.util.Locale;
import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.RefusingTarget;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * {@code clone METADATA DESTINATION SOURCE REGION [COUNT FEATURE... [COUNT KEY VALUE...]]}: what
 * {@code dm-clone-target.c}, 6.1, refuses.
 */
@DmTargetType(name = "clone", version = "1.0.0")
public final class CloneRefusals extends RefusingTarget {

  private static final int MIN_REGION = 1 << 3;
  private static final int MAX_REGION = 1 << 21;

  @Override
  @KernelSymbol("clone_ctr")
  protected void check(String[] argv) throws TargetError {
    if (argv.length < 4) {
      throw refuse("Invalid number of arguments");
    }
    ArgSet args = new ArgSet(argv);
    getDevice(args.shift(), true, "Error opening metadata device");
    DmDev destination = getDevice(args.shift(), true, "Error opening destination device");
    checkSize(destination, "destination");
    DmDev source = getDevice(args.shift(), false, "Error opening source device");
    checkSize(source, "source");
    int region = args.read(MIN_REGION, MAX_REGION, "Invalid region size");
    if (Integer.bitCount(region) != 1) {
      throw refuse("Region size is not a power of 2");
    }
    if (region % blockOf(source) != 0 || region % blockOf(destination) != 0) {
      throw refuse("Region size is not a multiple of device logical block size");
    }
    if (Long.compareUnsigned(Long.divideUnsigned(length() + region - 1, region), 1L << 31) > 0) {
      throw refuse("Too many regions. Consider increasing the region size");
    }
    checkFeatures(args);
    checkCore(args);
  }

  private void checkSize(DmDev device, String name) throws TargetError {
    if (Long.compareUnsigned(length(), device.bdev().sectors()) > 0) {
      throw refuse("Device size larger than " + name + " device");
    }
  }

  private static int blockOf(DmDev device) {
    return device.bdev().queue().limits().logicalBlockSize >> Sectors.SHIFT;
  }

  private static void checkFeatures(ArgSet args) throws TargetError {
    if (args.left() == 0) {
      return;
    }
    int count = args.readGroup(0, 2, "Invalid number of feature arguments");
    for (; count > 0; count--) {
      String word = args.shift().toLowerCase(Locale.ROOT);
      if (!word.equals("no_hydration") && !word.equals("no_discard_passdown")) {
        throw refuse("Invalid feature argument");
      }
    }
  }

  private static void checkCore(ArgSet args) throws TargetError {
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
      if (Scan.kstrtouint(args.shift()) < 0) {
        throw refuse("Invalid value for argument `" + word + "'");
      }
    }
  }
}
