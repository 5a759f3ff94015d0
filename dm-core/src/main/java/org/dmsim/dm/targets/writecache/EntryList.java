package org.dmsim.dm.targets.writecache;

/** Entries in an order of their own; an entry is on one such list at most: {@code list_head}. */
final class EntryList {

  private final Entry head = new Entry(-1);

  EntryList() {
    clear();
  }

  void clear() {
    head.before = head;
    head.after = head;
  }

  boolean isEmpty() {
    return head.after == head;
  }

  /** Null if there is none. */
  Entry first() {
    return or(head.after);
  }

  /** Null if there is none. */
  Entry last() {
    return or(head.before);
  }

  /** The one behind; null if there is none. */
  Entry after(Entry e) {
    return or(e.after);
  }

  /** The one before; null if there is none. */
  Entry before(Entry e) {
    return or(e.before);
  }

  private Entry or(Entry e) {
    return e == head ? null : e;
  }

  /** {@code list_add}. */
  void addFirst(Entry e) {
    e.before = head;
    e.after = head.after;
    head.after.before = e;
    head.after = e;
  }

  /** {@code list_splice_tail}: all of {@code other} come last, in their order. */
  void addAllLast(EntryList other) {
    if (!other.isEmpty()) {
      other.head.after.before = head.before;
      head.before.after = other.head.after;
      other.head.before.after = head;
      head.before = other.head.before;
      other.clear();
    }
  }

  /** {@code list_del}, whatever list it is on; it is on none then. */
  static void remove(Entry e) {
    e.before.after = e.after;
    e.after.before = e.before;
    e.before = e;
    e.after = e;
  }
}
