package org.dmsim.machine;

import org.dmsim.trace.Event;

/** Virtual time goes on, from one moment to another; nanoseconds since the machine started. */
public record TimePasses(long from, long to) implements Event {}
