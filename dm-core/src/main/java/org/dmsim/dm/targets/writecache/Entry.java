package org.dmsim.dm.targets.writecache;

/** A block of the cache that is in use: {@code struct wc_entry}. */
final class Entry implements Comparable<Entry> {

  final int index;

  /** The sector of the origin that it holds, while it is in the tree. */
  long sector;

  /** Of two entries for one sector the one that came later is the newer. */
  long ticket;

  /** In the tree, and not free. */
  boolean inUse;

  boolean writeInProgress;

  /** How many blocks that lie behind it on both devices are written back with it. */
  int contiguous;

  /** Jiffies. */
  long age;

  Entry before;
  Entry after;

  Entry(int index) {
    this.index = index;
  }

  @Override
  public int compareTo(Entry o) {
    int c = Long.compareUnsigned(sector, o.sector);
    return c != 0 ? c : Long.compare(ticket, o.ticket);
  }
}
