package org.dmsim.dm.targets.snapshot;

import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.report.KernelSymbol;

/**
 * {@code snapshot ORIGIN COW TYPE CHUNK [COUNT FEATURE...]}: the origin as it was, and a place for
 * changes to it. Mirrors {@code dm-snap.c}, 6.1.
 */
@DmTargetType(name = "snapshot", version = "1.16.0")
public final class SnapshotTarget extends CowTarget {

  /** Made for a table line. */
  public SnapshotTarget() {
    super(false);
  }

  @Override
  @KernelSymbol("snapshot_map")
  public MapResult map(Bio bio) {
    TrackedChunks.Mark mark = mark(bio);
    mark.clear();
    if (bio.hasOpf(Opf.REQ_PREFLUSH)) {
      bio.setDev(snap().cow.bdev());
      return MapResult.REMAPPED;
    }
    return snap().map(bio, mark, bio.op() == Opf.REQ_OP_DISCARD && passesDown(bio));
  }
}
