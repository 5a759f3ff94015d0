package org.dmsim.rcu;

import org.dmsim.machine.Machine;
import org.dmsim.trace.Event;

/**
 * A grace period starts.
 *
 * @param domain as with {@link SectionOpened}
 */
public record GracePeriodStarted(String domain) implements Event {

  /** Tells it, where it is heard. */
  public static void tell(Machine machine, String domain) {
    if (machine.events().areHeard(GracePeriodStarted.class)) {
      machine.events().tell(new GracePeriodStarted(domain));
    }
  }
}
