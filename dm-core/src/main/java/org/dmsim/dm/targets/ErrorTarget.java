package org.dmsim.dm.targets;

import org.dmsim.block.bio.Bio;

/** {@code error}: every I/O fails. Mirrors the error target of {@code dm-target.c}, 6.1. */
@DmTargetType(
    name = "error",
    version = "1.5.0",
    features = {TargetFeature.WILDCARD})
public final class ErrorTarget extends DmTarget {

  @Override
  public void ctr(String[] argv) {
    numDiscardBios = 1;
  }

  @Override
  public MapResult map(Bio bio) {
    return MapResult.KILL;
  }
}
