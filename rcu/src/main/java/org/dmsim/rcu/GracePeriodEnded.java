package org.dmsim.rcu;

import org.dmsim.machine.Machine;
import org.dmsim.trace.Event;

/**
 * A grace period is over.
 *
 * @param domain as with {@link SectionOpened}
 */
public record GracePeriodEnded(String domain) implements Event {

  /** Tells it, where it is heard. */
  public static void tell(Machine machine, String domain) {
    if (machine.events().areHeard(GracePeriodEnded.class)) {
      machine.events().tell(new GracePeriodEnded(domain));
    }
  }
}
