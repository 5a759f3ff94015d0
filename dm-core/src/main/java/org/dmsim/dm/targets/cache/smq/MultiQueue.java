package org.dmsim.dm.targets.cache.smq;

import org.dmsim.splat.KernelBug;

/**
 * Lists stacked into levels: what is used goes up, what is to go is at the bottom. {@code struct
 * queue}, 6.1.
 */
final class MultiQueue {

  private static final String PLACE = "drivers/md/dm-cache-policy-smq.c";

  private final EntryList[] lists;
  private final int[] targets;
  private int count;
  private int lastCount;
  private int topLevels;
  private int inTopLevels;

  MultiQueue(int levels) {
    lists = new EntryList[levels];
    targets = new int[levels];
    for (int i = 0; i < levels; i++) {
      lists[i] = new EntryList();
    }
  }

  /** Fewer entries in the upper levels. */
  void top(int levels, int entries) {
    topLevels = levels;
    inTopLevels = entries;
  }

  int levels() {
    return lists.length;
  }

  int size() {
    return count;
  }

  private void counted(Entry e) {
    KernelBug.on(e.pendingWork, PLACE);
    count += e.sentinel ? 0 : 1;
  }

  void push(Entry e) {
    counted(e);
    lists[e.level].addTail(e);
  }

  void pushFront(Entry e) {
    counted(e);
    lists[e.level].addHead(e);
  }

  private void pushBefore(Entry old, Entry e) {
    counted(e);
    lists[e.level].addBefore(old, e);
  }

  void remove(Entry e) {
    lists[e.level].remove(e);
    count -= e.sentinel ? 0 : 1;
  }

  /** The oldest of the lowest level that has any; null if there is none. */
  Entry peek(int maxLevel, boolean canCrossSentinel) {
    int max = Math.min(maxLevel, lists.length);
    for (int level = 0; level < max; level++) {
      for (Entry e = lists[level].head(); e != null; e = e.next) {
        if (!e.sentinel) {
          return e;
        }
        if (!canCrossSentinel) {
          break;
        }
      }
    }
    return null;
  }

  Entry pop() {
    Entry e = peek(lists.length, true);
    if (e != null) {
      remove(e);
    }
    return e;
  }

  // ---- evening out the levels -------------------------------------------------------------------

  private void setTargets(int entries, int from, int to) {
    int n = to - from;
    int each = n == 0 ? 0 : entries / n;
    int rest = n == 0 ? 0 : entries % n;
    for (int level = from; level < to; level++) {
      targets[level] = level < from + rest ? each + 1 : each;
    }
  }

  private void setTargets() {
    if (lastCount == count) {
      return;
    }
    lastCount = count;
    int levels = lists.length;
    if (topLevels > levels) {
      setTargets(count, 0, levels);
      return;
    }
    setTargets(inTopLevels, levels - topLevels, levels);
    setTargets(Math.max(count - inTopLevels, 0), 0, levels - topLevels);
  }

  private Entry popFrom(int from) {
    for (int level = from; level < lists.length; level++) {
      Entry e = lists[level].popHead();
      if (e != null) {
        return e;
      }
    }
    return null;
  }

  /** Mirrors {@code q_redistribute}. */
  void redistribute() {
    setTargets();
    for (int level = 0; level < lists.length - 1; level++) {
      EntryList list = lists[level];
      while (list.count() < targets[level]) {
        Entry e = popFrom(level + 1);
        if (e == null) {
          break;
        }
        e.level = level;
        list.addTail(e);
      }
      while (list.count() > targets[level]) {
        Entry e = list.popTail();
        if (e == null) {
          break;
        }
        e.level = level + 1;
        lists[level + 1].addTail(e);
      }
    }
  }

  /** An entry goes up, and another one down for it; mirrors {@code q_requeue}. */
  void requeue(Entry e, int extraLevels, Entry s1, Entry s2) {
    int level = Math.min(lists.length - 1, e.level + extraLevels);
    if (extraLevels > 0 && e.level < lists.length - 1) {
      int passed = 0;
      Entry other = lists[level].head();
      while (other != null && other.sentinel) {
        passed++;
        other = other.next;
      }
      if (other != null) {
        remove(other);
        other.level = e.level;
        if (s1 != null && passed == 0) {
          pushBefore(s1, other);
        } else if (s1 != null && passed == 1) {
          pushBefore(s2, other);
        } else {
          push(other);
        }
      }
    }
    remove(e);
    e.level = level;
    push(e);
  }
}
