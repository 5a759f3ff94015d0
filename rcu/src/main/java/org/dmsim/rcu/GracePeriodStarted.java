package org.dmsim.rcu;

import java.util.List;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/**
 * A grace period starts.
 *
 * @param domain as with {@link SectionOpened}
 * @param by the task that started it
 * @param readers for whom it waits, as far as that is known now: SRCU counts, and looks later
 */
public record GracePeriodStarted(String domain, Task by, List<Task> readers) implements Event {

  /** Tells that one of an SRCU domain starts, where it is heard. */
  public static void tell(Task by, String domain) {
    if (by.machine().events().areHeard(GracePeriodStarted.class)) {
      by.machine().events().tell(new GracePeriodStarted(domain, by, List.of()));
    }
  }

  /** Tells that one of RCU starts, where it is heard; {@code waits} knows its readers. */
  static void tell(Task by, Blocker waits) {
    if (by.machine().events().areHeard(GracePeriodStarted.class)) {
      by.machine().events().tell(new GracePeriodStarted(SectionOpened.RCU, by, waits.holders()));
    }
  }
}
