package org.dmsim.dm.targets.snapshot;

import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.report.KernelSymbol;

/**
 * {@code snapshot-merge}, with the parameters of {@code snapshot}: a snapshot that goes back into
 * its origin, and the origin's own target at once. Mirrors {@code dm-snap.c}, 6.1.
 */
@DmTargetType(name = "snapshot-merge", version = "1.5.0")
public final class SnapshotMergeTarget extends CowTarget {

  /** Made for a table line. */
  public SnapshotMergeTarget() {
    super(true);
  }

  @Override
  @KernelSymbol("snapshot_merge_map")
  public MapResult map(Bio bio) {
    Snapshot s = snap();
    TrackedChunks.Mark mark = mark(bio);
    mark.clear();
    if (bio.hasOpf(Opf.REQ_PREFLUSH)) {
      bio.setDev((targetBioNr(bio) == 0 ? s.origin : s.cow).bdev());
      return MapResult.REMAPPED;
    }
    if (bio.op() == Opf.REQ_OP_DISCARD) {
      bio.endio();
      return MapResult.SUBMITTED;
    }
    boolean write = Opf.isWrite(bio.opf());
    long chunk = s.store.chunkOf(bio.sector());
    s.lock.downWrite();
    Long newChunk = s.valid.get() ? s.complete.find(chunk) : null;
    if (newChunk != null) {
      MapResult r = MapResult.SUBMITTED;
      if (!write || !merge().delays(bio, chunk)) {
        s.remap(bio, newChunk);
        if (write) {
          s.tracked.track(mark, chunk);
        }
        r = MapResult.REMAPPED;
      }
      s.lock.upWrite();
      return r;
    }
    bio.setDev(s.origin.bdev());
    s.lock.upWrite();
    return write ? s.origins.write(s.origin.bdev(), bio, false) : MapResult.REMAPPED;
  }

  @Override
  @KernelSymbol("snapshot_merge_presuspend")
  public void presuspend() {
    merge().stop();
  }

  @Override
  @KernelSymbol("snapshot_merge_resume")
  public void resume() {
    super.resume();
    maxIoLen = (int) snap().origins.minimumChunkSize(snap().origin.bdev());
    merge().start();
  }
}
