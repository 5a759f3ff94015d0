package org.dmsim.dm.targets.clone;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioList;

/** A region on its way from the source: {@code struct dm_clone_region_hydration}. */
final class Hydration {

  long region;

  /** A bio that writes all of the region, so that nothing has to be copied; null for none. */
  Bio overwrite;

  BioEndIo overwriteEnd;

  /** Those that wait for the region. */
  final BioList deferred = new BioList();

  BlkStatus status = BlkStatus.OK;

  /** Those behind it that are copied with it. */
  final List<Hydration> batched = new ArrayList<>(0);

  /** Mirrors {@code hydration_init}. */
  void init(long number) {
    region = number;
    overwrite = null;
    deferred.clear();
    status = BlkStatus.OK;
    batched.clear();
  }
}
