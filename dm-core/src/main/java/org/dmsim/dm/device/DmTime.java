package org.dmsim.dm.device;

import org.dmsim.machine.Task;

/** {@code jiffies}, in virtual nanoseconds. */
final class DmTime {

  private DmTime() {}

  static long now() {
    Task t = Task.current();
    return t == null ? 0 : t.machine().now();
  }
}
