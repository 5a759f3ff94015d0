package org.dmsim.memory;

import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/** An object was freed. */
public record Freed(Task by, Shared object) implements Event {

  /** Tells it, where it is heard. */
  static void tell(Task by, Shared object) {
    if (by.machine().events().areHeard(Freed.class)) {
      by.machine().events().tell(new Freed(by, object));
    }
  }
}
