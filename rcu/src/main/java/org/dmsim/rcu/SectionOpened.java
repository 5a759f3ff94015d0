package org.dmsim.rcu;

import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/**
 * A read-side section opens.
 *
 * @param domain {@link #RCU}, or the name of an SRCU domain
 * @param index of an SRCU domain; -1 of RCU
 */
public record SectionOpened(Task by, String domain, int index) implements Event {

  /** The domain of RCU itself. */
  public static final String RCU = "rcu";
}
