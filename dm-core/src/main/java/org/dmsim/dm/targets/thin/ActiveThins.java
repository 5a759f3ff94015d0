package org.dmsim.dm.targets.thin;

import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.rcu.Rcu;

/**
 * The thin devices that have a table: {@code pool->active_thins}, a list under RCU. One that was
 * taken out still knows who came after it.
 */
final class ActiveThins extends Shared {

  private Thin first;
  private Thin last;

  ActiveThins() {
    super("pool->active_thins");
  }

  /** {@code list_add_tail_rcu}; the pool's lock is held. */
  void add(Thin tc) {
    Sched.point(this, Access.WRITE);
    tc.previous = last;
    if (last == null) {
      first = tc;
    } else {
      last.next = tc;
    }
    last = tc;
  }

  /** {@code list_del_rcu}; the pool's lock is held. */
  void remove(Thin tc) {
    Sched.point(this, Access.WRITE);
    if (tc.previous == null) {
      first = tc.next;
    } else {
      tc.previous.next = tc.next;
    }
    if (tc.next == null) {
      last = tc.previous;
    } else {
      tc.next.previous = tc.previous;
    }
  }

  /** The first, in an RCU section. */
  Thin first() {
    Sched.point(this, Access.READ);
    return first;
  }

  /** The one after, in an RCU section. */
  Thin after(Thin tc) {
    Sched.point(this, Access.READ);
    return tc.next;
  }

  /** Mirrors {@code get_first_thin}: held, so that it stays; null if there is none. */
  Thin getFirst() {
    Rcu.readLock();
    Thin tc = first();
    if (tc != null) {
      tc.get();
    }
    Rcu.readUnlock();
    return tc;
  }

  /** Mirrors {@code get_next_thin}: lets the old one go. */
  Thin getNext(Thin old) {
    Rcu.readLock();
    Thin tc = after(old);
    if (tc != null) {
      tc.get();
    }
    old.put();
    Rcu.readUnlock();
    return tc;
  }
}
