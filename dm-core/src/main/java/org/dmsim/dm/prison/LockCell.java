package org.dmsim.dm.prison;

import org.dmsim.block.bio.BioList;
import org.dmsim.workqueue.Work;

/** A lock of some blocks: {@code struct dm_bio_prison_cell_v2}, 6.1. */
public final class LockCell {
  final BioList bios = new BioList();
  CellKey key;
  boolean exclusive;
  int exclusiveLevel;
  int shared;
  Work quiesceContinuation;

  LockCell() {}

  void begin(CellKey k) {
    key = k;
    exclusive = false;
    exclusiveLevel = 0;
    shared = 0;
    quiesceContinuation = null;
    bios.clear();
  }
}
