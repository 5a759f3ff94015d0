package org.dmsim.dm.targets;

import org.dmsim.locking.Mutex;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Task;

/**
 * A mutex that all targets of a type share: {@code DEFINE_MUTEX} in a target's source file, one a
 * machine. Keep it in a static final field. On real threads each user gets one of its own.
 */
public final class GlobalMutex {

  private final String name;
  private final MachineKey<Mutex> key;

  /** Of the class that lockdep prints as {@code name}. */
  public GlobalMutex(String name) {
    this.name = name;
    this.key = new MachineKey<>(name, m -> new Mutex(name));
  }

  /** That of the current task's machine. */
  public Mutex get() {
    Task t = Task.current();
    return t == null ? new Mutex(name) : t.machine().part(key);
  }
}
