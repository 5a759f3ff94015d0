package org.dmsim.dm.targets.cache;

import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;

/** How much is in flight, and since when nothing is: {@code struct dm_io_tracker}, 6.1. */
final class IoTracker {

  private final SpinLock lock = new SpinLock("&iot->lock");
  private long inFlight;

  /** A device that was never used has been idle for long: its time is that of the boot. */
  private long idleSince = Long.MIN_VALUE / 2;

  private static long jiffies() {
    return Task.current().machine().now() / Jiffies.NANOSECONDS;
  }

  @KernelSymbol("dm_iot_idle_for")
  boolean idleFor(long ticks) {
    lock.lockIrq();
    boolean idle = inFlight == 0 && jiffies() > idleSince + ticks;
    lock.unlockIrq();
    return idle;
  }

  @KernelSymbol("dm_iot_io_begin")
  void begin(long sectors) {
    lock.lockIrq();
    inFlight += sectors;
    lock.unlockIrq();
  }

  @KernelSymbol("dm_iot_io_end")
  void end(long sectors) {
    if (sectors == 0) {
      return;
    }
    boolean flags = lock.lockIrqsave();
    inFlight -= sectors;
    if (inFlight == 0) {
      idleSince = jiffies();
    }
    lock.unlockIrqrestore(flags);
  }
}
