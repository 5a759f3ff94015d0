package org.dmsim.litmus.lkmm;

import java.util.ArrayDeque;
import java.util.Deque;
import org.dmsim.litmus.event.Event;
import org.dmsim.litmus.event.Event.Mark;
import org.dmsim.litmus.lang.Fence;

/** Read-side sections: from the event that opens one to the event that closes it. */
final class Sections {
  private Sections() {}

  /** RCU's, by nesting. */
  static Relation ofRcu(Skeleton s) {
    Relation pairs = s.none();
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < s.events; i++) {
      if (i > 0 && s.thread[i] != s.thread[i - 1]) {
        open.clear();
      }
      if (s.event[i].fence() == Fence.RCU_LOCK) {
        open.push(i);
      } else if (s.event[i].fence() == Fence.RCU_UNLOCK && !open.isEmpty()) {
        pairs.add(open.pop(), i);
      }
    }
    return pairs;
  }

  /** SRCU's: by the way of the cookie, or in older models by nesting within one srcu_struct. */
  static Relation ofSrcu(Candidate candidate) {
    Skeleton s = candidate.skeleton;
    if (s.marked(Mark.SRCU_LOCK).isEmpty()) {
      return s.none();
    }
    if (!s.version.srcuByCookie()) {
      return nested(s);
    }
    Relation handed =
        s.data.then(candidate.rf.from(s.writes.minus(s.marked(Mark.SRCU_UNLOCK)))).star();
    return handed
        .from(s.marked(Mark.SRCU_LOCK))
        .then(s.data)
        .to(s.marked(Mark.SRCU_UNLOCK))
        .and(s.sameLocation);
  }

  private static Relation nested(Skeleton s) {
    Relation pairs = s.none();
    for (int i = 0; i < s.events; i++) {
      if (s.event[i].mark() != Mark.SRCU_UNLOCK) {
        continue;
      }
      int depth = 0;
      for (int j = i - 1; j >= 0 && s.thread[j] == s.thread[i]; j--) {
        Event other = s.event[j];
        if (other.location() != s.event[i].location()) {
          continue;
        }
        if (other.mark() == Mark.SRCU_UNLOCK) {
          depth++;
        } else if (other.mark() == Mark.SRCU_LOCK && depth-- == 0) {
          pairs.add(j, i);
          break;
        }
      }
    }
    return pairs;
  }
}
