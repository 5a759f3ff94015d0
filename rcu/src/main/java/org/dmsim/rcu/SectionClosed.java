package org.dmsim.rcu;

import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/**
 * A read-side section closes; as with {@link SectionOpened}.
 *
 * @param by who closes it, which need not be who opened it
 */
public record SectionClosed(Task by, String domain, int index) implements Event {

  /** Tells of a section of RCU's other forms, where it is heard. */
  static void tell(Task by, String form) {
    if (by.machine().events().areHeard(SectionClosed.class)) {
      by.machine().events().tell(new SectionClosed(by, SectionOpened.RCU + form, -1));
    }
  }
}
