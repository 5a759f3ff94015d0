package org.dmsim.dm.targets.snapshot;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioList;

/** A chunk that is being copied: {@code struct dm_snap_pending_exception}. */
final class PendingException {

  Snapshot snap;
  long oldChunk;
  long newChunk;

  /** Writes to the origin that wait for the copy. */
  final BioList originBios = new BioList();

  /** Writes to the snapshot that wait for the copy. */
  final BioList snapshotBios = new BioList();

  /** The copy was started; protected by the locks of the exception tables. */
  boolean started;

  boolean copyError;

  /** Exceptions are made safe in the order of these. */
  long sequence;

  /** A write of the whole chunk, which takes the place of the copy; null for none. */
  Bio fullBio;

  BioEndIo fullBioEndIo;
  Object fullBioOwner;

  void begin(long chunk) {
    oldChunk = chunk;
    originBios.clear();
    snapshotBios.clear();
    started = false;
    copyError = false;
    fullBio = null;
  }
}
