package org.dmsim.dm.targets;

import java.util.Arrays;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;

/**
 * {@code zero}: reads give zeroes, writes are dropped. Mirrors {@code dm-zero.c}, 6.1, and 6.12
 * with discard.
 */
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
    discardsSupported = has(TargetPolicy.ZERO_DISCARDS);
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
      case Opf.REQ_OP_DISCARD -> {
        if (!has(TargetPolicy.ZERO_DISCARDS)) {
          return MapResult.KILL;
        }
      }
      default -> {
        return MapResult.KILL;
      }
    }
    bio.endio();
    return MapResult.SUBMITTED;
  }

  @Override
  public void ioHints(QueueLimits limits) {
    if (has(TargetPolicy.ZERO_DISCARDS)) {
      limits.setMaxDiscardSectors(Sectors.UINT_MAX);
      limits.discardGranularity = Sectors.SIZE;
    }
  }
}
