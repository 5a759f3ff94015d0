package org.dmsim.dm.targets.refusal;

import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MappedDeviceHandle;
import org.dmsim.dm.targets.RefusingTarget;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * {@code thin POOL ID [ORIGIN]}: what {@code dm-thin.c}, 6.1, refuses. There are no pools, so that
 * it refuses everything.
 */
@DmTargetType(name = "thin", version = "1.22.0")
public final class ThinRefusals extends RefusingTarget {

  private static final long MAX_ID = (1 << 24) - 1;

  @Override
  @KernelSymbol("thin_ctr")
  protected void check(String[] argv) throws TargetError {
    if (argv.length != 2 && argv.length != 3) {
      throw refuse("Invalid argument count");
    }
    if (argv.length == 3) {
      if (argv[0].equals(argv[2])) {
        throw refuse("Error setting origin device");
      }
      getDevice(argv[2], false, "Error opening origin device");
    }
    DmDev pool = getDevice(argv[0], "Error opening pool device");
    long id = Scan.kstrtoull(argv[1], "Invalid device id");
    if (Long.compareUnsigned(id, MAX_ID) > 0) {
      throw refuse("Invalid device id");
    }
    throw refuse(
        pool.bdev().disk().operations() instanceof MappedDeviceHandle
            ? "Couldn't find pool object"
            : "Couldn't get pool mapped device");
  }
}
