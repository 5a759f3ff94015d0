package org.dmsim.locking;

import org.dmsim.lockdep.LockMap;
import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/** A task has given a lock back. */
public record LockGiven(Task by, LockMap lock) implements Event {

  /** Tells it, where it is heard. */
  static void tell(Task by, LockMap lock) {
    if (by.machine().isAttended() && by.machine().events().areHeard(LockGiven.class)) {
      by.machine().events().tell(new LockGiven(by, lock));
    }
  }
}
