package org.dmsim.dm.targets.cache;

import org.dmsim.block.bio.BioEndIo;
import org.dmsim.dm.prison.LockCell;

/** What is kept with each bio: {@code struct per_bio_data}, 6.1. */
final class BioData {
  boolean tick;
  int requestNumber;
  LockCell cell;
  BioEndIo hooked;
  long length;

  void begin(int number) {
    tick = false;
    requestNumber = number;
    cell = null;
    length = 0;
  }
}
