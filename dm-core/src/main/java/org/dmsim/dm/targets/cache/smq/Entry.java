package org.dmsim.dm.targets.cache.smq;

/** A block of the cache, a hotspot, or a mark in a list: {@code struct entry}, 6.1. */
final class Entry {
  final int index;
  Entry hashNext;
  Entry previous;
  Entry next;
  int level;
  boolean dirty;
  boolean allocated;
  boolean sentinel;
  boolean pendingWork;
  long oblock;

  Entry(int index) {
    this.index = index;
  }
}
