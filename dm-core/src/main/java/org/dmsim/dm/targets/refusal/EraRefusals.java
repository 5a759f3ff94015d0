package org.dmsim.dm.targets.refusal;

import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.RefusingTarget;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/** {@code era METADATA ORIGIN BLOCK}: what {@code dm-era-target.c}, 6.1, refuses. */
@DmTargetType(name = "era", version = "1.0.0")
public final class EraRefusals extends RefusingTarget {

  private static final int MIN_BLOCK = 8;

  @Override
  @KernelSymbol("era_ctr")
  protected void check(String[] argv) throws TargetError {
    if (argv.length != 3) {
      throw refuse("Invalid argument count");
    }
    open(argv[0], "Error opening metadata device");
    open(argv[1], "Error opening data device");
    int block = (int) Scan.sector(argv[2], "Error parsing block size");
    if (block == 0 || block % MIN_BLOCK != 0) {
      throw refuse("Invalid block size");
    }
  }

  /** Whatever is wrong with a device, it is EINVAL. */
  private void open(String path, String error) throws TargetError {
    try {
      getDevice(path, true, error);
    } catch (TargetError e) {
      throw refuse(error);
    }
  }
}
