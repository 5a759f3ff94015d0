package org.dmsim.memory;

import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/** An object was allocated; its class may not have filled it in yet. */
public record Allocated(Task by, Shared object) implements Event {

  /** Tells it, where it is heard. */
  static void tell(Task by, Shared object) {
    if (by.machine().events().areHeard(Allocated.class)) {
      by.machine().events().tell(new Allocated(by, object));
    }
  }
}
