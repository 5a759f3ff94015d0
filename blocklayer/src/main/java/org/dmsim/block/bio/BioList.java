package org.dmsim.block.bio;

/**
 * A list of bios linked through the bios themselves; a bio is on one list at most. Not for two
 * tasks at once.
 */
public final class BioList {

  private Bio head;
  private Bio tail;

  /** An empty list. */
  public BioList() {}

  /** Whether nothing is on it. */
  public boolean isEmpty() {
    return head == null;
  }

  /** The first bio, left on the list; null if there is none. */
  public Bio peek() {
    return head;
  }

  /** Puts a bio at the end: {@code bio_list_add}. */
  public void add(Bio bio) {
    bio.next = null;
    if (tail == null) {
      head = bio;
    } else {
      tail.next = bio;
    }
    tail = bio;
  }

  /** Puts a bio at the front: {@code bio_list_add_head}. */
  public void addHead(Bio bio) {
    bio.next = head;
    head = bio;
    if (tail == null) {
      tail = bio;
    }
  }

  /** Takes the first bio off; null if there is none: {@code bio_list_pop}. */
  public Bio pop() {
    Bio bio = head;
    if (bio != null) {
      head = bio.next;
      if (head == null) {
        tail = null;
      }
      bio.next = null;
    }
    return bio;
  }

  /** Moves all of {@code other} to the end of this: {@code bio_list_merge}. */
  public void merge(BioList other) {
    if (other.head == null) {
      return;
    }
    if (tail == null) {
      head = other.head;
    } else {
      tail.next = other.head;
    }
    tail = other.tail;
    other.clear();
  }

  /** Moves all of {@code other} to the front of this: {@code bio_list_merge_head}. */
  public void mergeHead(BioList other) {
    if (other.head == null) {
      return;
    }
    if (tail == null) {
      tail = other.tail;
    } else {
      other.tail.next = head;
    }
    head = other.head;
    other.clear();
  }

  /** Forgets what is on it. */
  public void clear() {
    head = null;
    tail = null;
  }

  /** How many bios are on it; walks the list. */
  public int size() {
    int n = 0;
    for (Bio b = head; b != null; b = b.next) {
      n++;
    }
    return n;
  }
}
