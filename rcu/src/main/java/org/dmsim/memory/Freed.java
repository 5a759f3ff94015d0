package org.dmsim.memory;

import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/** An object was freed. */
public record Freed(Task by, Shared object) implements Event {}
