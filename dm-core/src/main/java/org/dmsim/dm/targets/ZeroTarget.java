package org.dmsim.dm.targets;

import java.util.Arrays;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;

/** {@code zero}: reads give zeroes, writes are dropped. Mirrors {@code dm-zero.c}, 6.1. */
@DmTargetType(
    name = "zero",
    version = "1.1.0",
    features = {TargetFeature.NOWAIT})
public final class ZeroTarget extends DmTarget {

  @Override
  public void ctr(String[] argv) throws TargetError {
    if (argv.length != 0) {
      throw new TargetError(EINVAL, "No arguments required");
    }
    numDiscardBios = 1;
  }

  @Override
  public MapResult map(Bio bio) {
    switch (bio.op()) {
      case Opf.REQ_OP_READ -> {
        if (bio.hasOpf(Opf.REQ_RAHEAD)) {
          return MapResult.KILL;
        }
        Arrays.fill(bio.data(), bio.dataOffset(), bio.dataOffset() + (int) bio.size(), (byte) 0);
      }
      case Opf.REQ_OP_WRITE -> {
        // dropped
      }
      default -> {
        return MapResult.KILL;
      }
    }
    bio.endio();
    return MapResult.SUBMITTED;
  }
}
