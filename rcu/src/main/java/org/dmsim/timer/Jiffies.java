package org.dmsim.timer;

import org.dmsim.machine.Task;

/** The kernel's coarse clock, at CONFIG_HZ=250. */
public final class Jiffies {

  /** Ticks a second. */
  public static final int HZ = 250;

  /** Nanoseconds of a tick. */
  public static final long NANOSECONDS = 1_000_000_000L / HZ;

  private Jiffies() {}

  /** Those since the machine of the current task was started. */
  public static long now() {
    return Task.current().machine().now() / NANOSECONDS;
  }

  /** The first tick at or after a moment, in nanoseconds. */
  public static long roundUp(long nanoseconds) {
    return (nanoseconds + NANOSECONDS - 1) / NANOSECONDS * NANOSECONDS;
  }
}
