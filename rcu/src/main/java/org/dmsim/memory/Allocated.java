package org.dmsim.memory;

import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.trace.Event;

/** An object was allocated; its class may not have filled it in yet. */
public record Allocated(Task by, Shared object) implements Event {}
