package org.dmsim.rcu;

import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/**
 * A read-side section opens.
 *
 * @param domain {@link #RCU}, with {@code _bh} or {@code _sched} behind it for its other forms, or
 *     the name of an SRCU domain
 * @param index of an SRCU domain; -1 of RCU
 */
public record SectionOpened(Task by, String domain, int index) implements Event {

  /** The domain of RCU itself. */
  public static final String RCU = "rcu";

  /** Tells of a section of RCU's other forms, where it is heard. */
  static void tell(Task by, String form) {
    if (by.machine().events().areHeard(SectionOpened.class)) {
      by.machine().events().tell(new SectionOpened(by, RCU + form, -1));
    }
  }
}
