package org.dmsim.rcu;

import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/**
 * A read-side section closes; as with {@link SectionOpened}.
 *
 * @param by who closes it, which need not be who opened it
 */
public record SectionClosed(Task by, String domain, int index) implements Event {}
