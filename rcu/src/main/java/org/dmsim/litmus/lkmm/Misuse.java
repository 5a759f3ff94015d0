package org.dmsim.litmus.lkmm;

import java.util.Set;
import org.dmsim.litmus.event.Event;
import org.dmsim.litmus.event.Event.Mark;
import org.dmsim.litmus.lang.Fence;

/** Primitives used in a way that they are not made for ({@code linux-kernel.bell}, lock.cat). */
final class Misuse {
  private Misuse() {}

  static void of(Candidate candidate, Set<Flag> flags) {
    Skeleton s = candidate.skeleton;
    boolean exact = s.version.srcuByCookie();
    Relation rcu = Sections.ofRcu(s);
    Relation srcu = Sections.ofSrcu(candidate);
    if (!s.fences(Fence.RCU_LOCK).minus(rcu.domain()).isEmpty()) {
      flags.add(exact ? Flag.UNMATCHED_RCU_LOCK : Flag.UNBALANCED_RCU_LOCKING);
    }
    if (!s.fences(Fence.RCU_UNLOCK).minus(rcu.range()).isEmpty()) {
      flags.add(exact ? Flag.UNMATCHED_RCU_UNLOCK : Flag.UNBALANCED_RCU_LOCKING);
    }
    if (!s.marked(Mark.SRCU_LOCK).minus(srcu.domain()).isEmpty()) {
      flags.add(exact ? Flag.UNMATCHED_SRCU_LOCK : Flag.UNBALANCED_SRCU_LOCKING);
    }
    if (!s.marked(Mark.SRCU_UNLOCK).minus(srcu.range()).isEmpty()) {
      flags.add(exact ? Flag.UNMATCHED_SRCU_UNLOCK : Flag.UNBALANCED_SRCU_LOCKING);
    }
    if (exact && !srcu.inverse().then(srcu).minusIdentity().isEmpty()) {
      flags.add(Flag.MULTIPLE_SRCU_MATCHES);
    }
    if (differentCookies(s, srcu)) {
      flags.add(exact ? Flag.SRCU_BAD_VALUE_MATCH : Flag.SRCU_BAD_NESTING);
    }
    EventSet srcuSyncs = s.marked(Mark.SYNC_SRCU);
    if (!rcu.and(s.po.to(srcuSyncs).then(s.po)).isEmpty()) {
      flags.add(Flag.INVALID_SLEEP);
    }
    locks(s, flags);
  }

  /**
   * Whether a section is closed with another value than its opening returned. In the older model an
   * opening returns a value of its own, so that it is the value's way that tells.
   */
  private static boolean differentCookies(Skeleton s, Relation srcu) {
    for (int i = 0; i < s.events; i++) {
      for (int j = 0; j < s.events; j++) {
        boolean same =
            s.version.srcuByCookie() ? s.event[i].value() == s.event[j].value() : s.data.has(i, j);
        if (srcu.has(i, j) && !same) {
          return true;
        }
      }
    }
    return false;
  }

  private static void locks(Skeleton s, Set<Flag> flags) {
    for (int i = 0; i < s.events; i++) {
      Event event = s.event[i];
      if (event.mark() == null || !ofLockOrSrcu(event.mark())) {
        continue;
      }
      for (int j = 0; j < s.events; j++) {
        Mark other = s.event[j].mark();
        boolean same = s.event[j].location() == event.location();
        if (same && other != null && !ofLockOrSrcu(other) && s.memory.has(j)) {
          flags.add(Flag.MIXED_LOCK_ACCESSES);
        }
      }
      if (event.mark() == Mark.UNLOCK && !closes(s, i)) {
        flags.add(Flag.UNMATCHED_UNLOCK);
      }
    }
  }

  private static boolean ofLockOrSrcu(Mark mark) {
    return mark.ofLock()
        || mark == Mark.SRCU_LOCK
        || mark == Mark.SRCU_UNLOCK
        || mark == Mark.SYNC_SRCU;
  }

  private static boolean closes(Skeleton s, int unlock) {
    for (int i = unlock - 1; i >= 0 && s.thread[i] == s.thread[unlock]; i--) {
      if (s.event[i].location() == s.event[unlock].location()) {
        if (s.event[i].mark() == Mark.LOCK_WRITE) {
          return true;
        }
        if (s.event[i].mark() == Mark.UNLOCK) {
          return false;
        }
      }
    }
    return false;
  }
}
