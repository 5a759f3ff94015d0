package org.dmsim.dm.targets.cache.smq;

/** A list of entries, linked through the entries: {@code struct ilist}, 6.1. */
final class EntryList {

  /** Without sentinels. */
  private int count;

  private Entry head;
  private Entry tail;

  int count() {
    return count;
  }

  Entry head() {
    return head;
  }

  boolean isEmpty() {
    return head == null;
  }

  private void counted(Entry e, int by) {
    count += e.sentinel ? 0 : by;
  }

  void addHead(Entry e) {
    e.next = head;
    e.previous = null;
    if (head == null) {
      tail = e;
    } else {
      head.previous = e;
    }
    head = e;
    counted(e, 1);
  }

  void addTail(Entry e) {
    e.next = null;
    e.previous = tail;
    if (tail == null) {
      head = e;
    } else {
      tail.next = e;
    }
    tail = e;
    counted(e, 1);
  }

  void addBefore(Entry old, Entry e) {
    if (old.previous == null) {
      addHead(e);
      return;
    }
    e.previous = old.previous;
    e.next = old;
    old.previous.next = e;
    old.previous = e;
    counted(e, 1);
  }

  void remove(Entry e) {
    if (e.previous == null) {
      head = e.next;
    } else {
      e.previous.next = e.next;
    }
    if (e.next == null) {
      tail = e.previous;
    } else {
      e.next.previous = e.previous;
    }
    counted(e, -1);
  }

  Entry popHead() {
    return popped(head, true);
  }

  Entry popTail() {
    return popped(tail, false);
  }

  /** The first that is no sentinel. */
  private Entry popped(Entry from, boolean forward) {
    for (Entry e = from; e != null; e = forward ? e.next : e.previous) {
      if (!e.sentinel) {
        remove(e);
        return e;
      }
    }
    return null;
  }
}
