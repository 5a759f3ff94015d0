package org.dmsim.machine;

import org.dmsim.trace.Event;

/**
 * A task begins to wait: it goes to sleep, or spins.
 *
 * @param on what it waits for
 */
public record Waits(Task by, Blocker on) implements Event {}
