package org.dmsim.rcu;

import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/**
 * A grace period is over.
 *
 * @param domain as with {@link SectionOpened}
 * @param by the task that started it
 */
public record GracePeriodEnded(String domain, Task by) implements Event {

  /** Tells it, where it is heard. */
  public static void tell(Task by, String domain) {
    if (by.machine().events().areHeard(GracePeriodEnded.class)) {
      by.machine().events().tell(new GracePeriodEnded(domain, by));
    }
  }
}
