package org.dmsim.dm.targets.writecache;

/** What the status line counts. */
final class Stats {

  long reads;
  long readHits;
  long writes;
  long writeHitsUncommitted;
  long writeHitsCommitted;
  long writesAround;
  long writesAllocate;
  long writesBlockedOnFreelist;
  long flushes;
  long discards;

  /** As {@code writecache_status} prints them. */
  String line() {
    return reads
        + " "
        + readHits
        + " "
        + writes
        + " "
        + writeHitsUncommitted
        + " "
        + writeHitsCommitted
        + " "
        + writesAround
        + " "
        + writesAllocate
        + " "
        + writesBlockedOnFreelist
        + " "
        + flushes
        + " "
        + discards;
  }
}
