package org.dmsim.dm.targets.thin;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.dm.prison.Cell;
import org.dmsim.memory.SharedInt;

/**
 * A block that is being made ready, or a range that is being given back: {@code struct
 * dm_thin_new_mapping}, 6.1.
 */
final class NewMapping {

  /** How much is to be done still before it can be entered: quiescing, copying, zeroing. */
  final SharedInt prepareActions = new SharedInt("m->prepare_actions", 0);

  Thin tc;
  boolean maybeShared;
  BlkStatus status = BlkStatus.OK;
  long virtBegin;
  long virtEnd;
  long dataBlock;
  Cell cell;

  /** A write that covers the whole block, sent there at once; or the discard. */
  Bio bio;

  BioEndIo savedEndIo;

  void clear() {
    tc = null;
    maybeShared = false;
    status = BlkStatus.OK;
    virtBegin = 0;
    virtEnd = 0;
    dataBlock = 0;
    cell = null;
    bio = null;
    savedEndIo = null;
  }

  long dataEnd() {
    return dataBlock + (virtEnd - virtBegin);
  }
}
