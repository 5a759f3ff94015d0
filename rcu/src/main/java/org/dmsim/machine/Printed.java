package org.dmsim.machine;

import org.dmsim.trace.Event;

/**
 * A line of the kernel log.
 *
 * @param by a task, or the clock; null where nobody acted
 */
public record Printed(Task by, String line) implements Event {}
