package org.dmsim.dm.prison;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;

/** Bios that wait for one of them, the holder: {@code struct dm_bio_prison_cell}, 6.1. */
public final class Cell {

  private final BioList bios = new BioList();
  private CellKey key;
  private Bio holder;

  Cell() {}

  void begin(CellKey k, Bio bio) {
    key = k;
    holder = bio;
    bios.clear();
  }

  /** What it is for. */
  public CellKey key() {
    return key;
  }

  /** Who has it; null for nobody. */
  public Bio holder() {
    return holder;
  }

  /** Who waits. */
  public BioList bios() {
    return bios;
  }
}
