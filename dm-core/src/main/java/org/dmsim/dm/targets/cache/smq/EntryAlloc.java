package org.dmsim.dm.targets.cache.smq;

import org.dmsim.splat.KernelBug;

/** Some of all entries, of which some are free: {@code struct entry_alloc}, 6.1. */
final class EntryAlloc {

  private static final String PLACE = "drivers/md/dm-cache-policy-smq.c";

  private final Entry[] entries;
  private final EntryList free = new EntryList();
  private int allocated;

  EntryAlloc(int count, boolean sentinels) {
    entries = new Entry[count];
    for (int i = 0; i < count; i++) {
      entries[i] = new Entry(i);
      free.addTail(entries[i]);
    }
    for (Entry e : entries) {
      e.sentinel = sentinels;
    }
  }

  int allocated() {
    return allocated;
  }

  boolean isEmpty() {
    return free.isEmpty();
  }

  Entry get(int i) {
    return entries[i];
  }

  private Entry begin(Entry e) {
    e.hashNext = null;
    e.next = null;
    e.previous = null;
    e.level = 0;
    e.dirty = true;
    e.allocated = true;
    e.sentinel = false;
    e.pendingWork = false;
    allocated++;
    return e;
  }

  /** One that is free; null if none is. */
  Entry alloc() {
    return free.isEmpty() ? null : begin(free.popHead());
  }

  /** That one, which is free. */
  Entry alloc(int i) {
    KernelBug.on(entries[i].allocated, PLACE);
    free.remove(entries[i]);
    return begin(entries[i]);
  }

  void free(Entry e) {
    KernelBug.on(allocated == 0, PLACE);
    KernelBug.on(!e.allocated, PLACE);
    allocated--;
    e.allocated = false;
    free.addTail(e);
  }
}
