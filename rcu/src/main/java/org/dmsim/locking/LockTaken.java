package org.dmsim.locking;

import org.dmsim.lockdep.LockMap;
import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/**
 * A task has got a lock, with or without having waited.
 *
 * @param reader whether others may hold it at the same time
 */
public record LockTaken(Task by, LockMap lock, boolean reader) implements Event {

  /** Tells it, where it is heard. */
  static void tell(Task by, LockMap lock, boolean reader) {
    if (by.machine().isAttended() && by.machine().events().areHeard(LockTaken.class)) {
      by.machine().events().tell(new LockTaken(by, lock, reader));
    }
  }
}
