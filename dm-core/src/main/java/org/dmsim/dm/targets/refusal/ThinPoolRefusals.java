package org.dmsim.dm.targets.refusal;

import java.util.Locale;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.RefusingTarget;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetFeature;
import org.dmsim.report.KernelSymbol;

/**
 * {@code thin-pool METADATA DATA BLOCK LOWWATER [COUNT FEATURE...]}: what {@code dm-thin.c}, 6.1,
 * refuses.
 */
@DmTargetType(
    name = "thin-pool",
    version = "1.22.0",
    features = {TargetFeature.SINGLETON, TargetFeature.ALWAYS_WRITEABLE, TargetFeature.IMMUTABLE})
public final class ThinPoolRefusals extends RefusingTarget {

  @Override
  @KernelSymbol("pool_ctr")
  protected void check(String[] argv) throws TargetError {
    if (argv.length < 4) {
      throw refuse("Invalid argument count");
    }
    if (argv[0].equals(argv[1])) {
      throw refuse("Error setting metadata or data device");
    }
    ArgSet args = new ArgSet(argv);
    args.consume(4);
    boolean readOnly = checkFeatures(args);
    getDevice(argv[0], !readOnly, "Error opening metadata block device");
    getDevice(argv[1], true, "Error getting data device");
    blockSize(argv[2], "Invalid block size");
    Scan.kstrtoull(argv[3], "Invalid low water mark");
  }

  @KernelSymbol("parse_pool_features")
  private static boolean checkFeatures(ArgSet args) throws TargetError {
    boolean readOnly = false;
    if (args.left() == 0) {
      return false;
    }
    int count = args.readGroup(0, 4, "Invalid number of pool feature arguments");
    for (; count > 0; count--) {
      switch (args.shift().toLowerCase(Locale.ROOT)) {
        case "read_only" -> readOnly = true;
        case "skip_block_zeroing",
            "ignore_discard",
            "no_discard_passdown",
            "error_if_no_space" -> {}
        default -> throw refuse("Unrecognised pool feature requested");
      }
    }
    return readOnly;
  }
}
