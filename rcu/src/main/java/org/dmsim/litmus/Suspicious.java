package org.dmsim.litmus;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.dmsim.litmus.event.Event;
import org.dmsim.litmus.event.Event.Mark;
import org.dmsim.litmus.event.Way;
import org.dmsim.litmus.event.Ways;
import org.dmsim.litmus.lang.Fence;
import org.dmsim.litmus.lang.LitmusTest;

/**
 * Whether a test may use a primitive wrongly, so that all of its executions have to be looked at
 * for warnings. It may say so of a test that is in order, never the other way round.
 */
final class Suspicious {
  private Suspicious() {}

  static boolean flags(LitmusTest test, Ways ways) {
    Set<Integer> locks = new HashSet<>();
    Set<Integer> variables = new HashSet<>();
    for (int thread = 0; thread < test.threads().size(); thread++) {
      for (Way way : ways.ofThread(thread)) {
        if (unusual(way)) {
          return true;
        }
        for (Event event : way.events()) {
          if (event.mark() != null) {
            (isLock(event.mark()) ? locks : variables).add(event.location());
          }
        }
      }
    }
    locks.retainAll(variables);
    return !locks.isEmpty();
  }

  /**
   * Whether a thread may wait for a grace period inside a section of its own, which no execution
   * does: then running the threads one after the other shows nothing.
   */
  static boolean waitsForItself(LitmusTest test, Ways ways) {
    for (int thread = 0; thread < test.threads().size(); thread++) {
      for (Way way : ways.ofThread(thread)) {
        int rcu = 0;
        Set<Integer> domains = new HashSet<>();
        for (Event event : way.events()) {
          if (event.fence() == Fence.RCU_LOCK) {
            rcu++;
          } else if (event.fence() == Fence.RCU_UNLOCK) {
            rcu--;
          } else if (event.mark() == Mark.SRCU_LOCK) {
            domains.add(event.location());
          }
          boolean waits =
              event.fence() == Fence.SYNC_RCU && rcu > 0
                  || event.mark() == Mark.SYNC_SRCU && domains.contains(event.location());
          if (waits) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean isLock(Mark mark) {
    return mark.ofLock()
        || mark == Mark.SRCU_LOCK
        || mark == Mark.SRCU_UNLOCK
        || mark == Mark.SYNC_SRCU;
  }

  /** Sections that do not close in turn, each with its own cookie. */
  private static boolean unusual(Way way) {
    int rcu = 0;
    Set<Integer> held = new HashSet<>();
    Deque<Integer> cookies = new ArrayDeque<>();
    for (Event event : way.events()) {
      if (event.fence() == Fence.RCU_LOCK) {
        rcu++;
      } else if (event.fence() == Fence.RCU_UNLOCK && --rcu < 0) {
        return true;
      }
      if (event.mark() == null) {
        continue;
      }
      switch (event.mark()) {
        case LOCK_WRITE -> held.add(event.location());
        case UNLOCK -> {
          if (!held.remove(event.location())) {
            return true;
          }
        }
        case SRCU_LOCK -> cookies.push(event.index());
        case SRCU_UNLOCK -> {
          int cookie = Long.numberOfTrailingZeros(event.data());
          if (Long.bitCount(event.data()) != 1
              || cookies.isEmpty()
              || cookies.pop() != cookie
              || way.events().get(cookie).location() != event.location()) {
            return true;
          }
        }
        case SYNC_SRCU -> {
          if (rcu > 0) {
            return true;
          }
        }
        default -> {}
      }
    }
    return rcu != 0 || !cookies.isEmpty();
  }
}
