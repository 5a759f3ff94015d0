package org.dmsim.dm.targets.thin;

import org.dmsim.dm.prison.Cell;
import org.dmsim.dm.prison.DeferredSet;

/** What is kept with each bio: {@code struct dm_thin_endio_hook}, 6.1. */
final class EndioHook {
  Thin tc;
  DeferredSet.Entry<NewMapping> sharedReadEntry;
  DeferredSet.Entry<NewMapping> allIoEntry;
  NewMapping overwriteMapping;
  Cell cell;

  void begin(Thin thin) {
    tc = thin;
    sharedReadEntry = null;
    allIoEntry = null;
    overwriteMapping = null;
    cell = null;
  }
}
