package org.dmsim.futex.registered;

import org.dmsim.futex.FutexWord;
import org.dmsim.futex.Pages;

/**
 * The robust futexes of one object that processes map: what each area that maps it leads to ({@code
 * robust_head}). Every lock costs an allocation here.
 */
public final class RobustRegion {

  private final Pages pages;
  private Registration first;

  /** A region without futexes. */
  public RobustRegion(Pages pages) {
    this.pages = pages;
  }

  private static final class Registration {
    final int offset;
    Registration next;

    Registration(int offset, Registration next) {
      this.offset = offset;
      this.next = next;
    }
  }

  Pages pages() {
    return pages;
  }

  /** Whether an area that maps this has to be looked into. */
  boolean hasFutexes() {
    return first != null;
  }

  boolean holds(int offset) {
    for (Registration r = first; r != null; r = r.next) {
      if (r.offset == offset) {
        return true;
      }
    }
    return false;
  }

  void add(int offset) {
    first = new Registration(offset, first);
  }

  boolean remove(int offset) {
    for (Registration r = first, previous = null; r != null; previous = r, r = r.next) {
      if (r.offset == offset) {
        if (previous == null) {
          first = r.next;
        } else {
          previous.next = r.next;
        }
        return true;
      }
    }
    return false;
  }

  /** What is done with one lock that a dead task owned, at its offset in the region. */
  interface Death {
    void of(int offset, boolean hasWaiters);
  }

  /** Marks every lock that a dying task owns, whoever registered it. */
  void ownerDied(int tid, Death death) {
    for (Registration r = first; r != null; r = r.next) {
      for (; ; ) {
        int word = pages.get32(r.offset);
        if (FutexWord.owner(word) != tid) {
          break;
        }
        int dead = (word & FutexWord.WAITERS) | FutexWord.OWNER_DIED;
        if (pages.compareAndExchange32(r.offset, word, dead) == word) {
          death.of(r.offset, (word & FutexWord.WAITERS) != 0);
          break;
        }
      }
    }
  }
}
