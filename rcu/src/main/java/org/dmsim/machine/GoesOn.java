package org.dmsim.machine;

import org.dmsim.trace.Event;

/** A task goes on that waited. */
public record GoesOn(Task by) implements Event {}
