package org.dmsim.dm.targets.writecache;

import java.util.BitSet;
import java.util.TreeSet;

/**
 * The blocks of a cache: those in use by sector and by age, and those that are free, which are
 * given out round and round in the order in which they lie.
 */
final class Entries {

  private final Entry[] all;
  private final TreeSet<Entry> tree = new TreeSet<>();
  private final BitSet free = new BitSet();
  private final Entry probe = new Entry(-1);
  private long tickets;

  /** Which free one comes next; -1 if there is none. */
  private int currentFree = -1;

  /** How many are free. */
  int freeCount;

  /** Those in use, the one that came last first. */
  final EntryList lru = new EntryList();

  Entries(int blocks) {
    all = new Entry[blocks];
  }

  int size() {
    return all.length;
  }

  Entry at(int index) {
    if (all[index] == null) {
      all[index] = new Entry(index);
    }
    return all[index];
  }

  void clear() {
    tree.forEach(e -> e.inUse = false);
    tree.clear();
    lru.clear();
    free.clear();
    currentFree = -1;
    freeCount = 0;
  }

  // ---- in use -----------------------------------------------------------------------------------

  /**
   * The newest entry of a sector; null if there is none. {@code writecache_find_entry} without
   * flags.
   */
  Entry find(long sector) {
    probe.sector = sector;
    probe.ticket = Long.MAX_VALUE;
    Entry e = tree.floor(probe);
    return e != null && e.sector == sector ? e : null;
  }

  /** The newest entry of a sector, or one of the next sector that has any; null if none has. */
  Entry findOrNext(long sector) {
    Entry e = find(sector);
    return e != null ? e : tree.higher(probe);
  }

  /** The oldest entry of a sector, or of the next sector that has any; null if none has. */
  Entry lowestFrom(long sector) {
    probe.sector = sector;
    probe.ticket = Long.MIN_VALUE;
    return tree.ceiling(probe);
  }

  /** {@code writecache_insert_entry}. */
  void insert(Entry e, long sector, long jiffies) {
    e.sector = sector;
    e.ticket = ++tickets;
    e.inUse = true;
    tree.add(e);
    lru.addFirst(e);
    e.age = jiffies;
  }

  /** {@code writecache_unlink}. */
  void unlink(Entry e) {
    EntryList.remove(e);
    tree.remove(e);
    e.inUse = false;
  }

  /** {@code rb_first}. */
  Entry first() {
    return tree.first();
  }

  /** {@code rb_next}. */
  Entry next(Entry e) {
    return tree.higher(e);
  }

  /** {@code rb_prev}. */
  Entry previous(Entry e) {
    return tree.lower(e);
  }

  // ---- free -------------------------------------------------------------------------------------

  /** {@code writecache_add_to_freelist}. */
  void addFree(int index) {
    if (free.isEmpty()) {
      currentFree = index;
    }
    free.set(index);
    freeCount++;
  }

  /**
   * {@code writecache_pop_from_freelist}.
   *
   * @param expected the one that it has to be; -1 for any
   * @return null if there is none, or another one is next
   */
  Entry popFree(int expected) {
    if (currentFree < 0 || expected >= 0 && currentFree != expected) {
      return null;
    }
    Entry e = at(currentFree);
    free.clear(currentFree);
    int next = free.nextSetBit(currentFree + 1);
    currentFree = next >= 0 ? next : free.nextSetBit(0);
    freeCount--;
    return e;
  }
}
