package org.dmsim.dm.targets.writecache;

import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Task;
import org.dmsim.timer.Jiffies;

/** How long no I/O has been in flight; mirrors {@code dm-io-tracker.h}, 6.1. */
final class IoTracker {

  /** Jiffies begin to count before 0, so that one that never saw I/O seems idle for long. */
  private static final long NEVER = -0xfffe_db08L;

  private final SpinLock lock = new SpinLock("&iot->lock");
  private long inFlight;
  private long idleTime = NEVER;

  /** Jiffies since the machine started. */
  static long jiffies() {
    return Task.current().machine().now() / Jiffies.NANOSECONDS;
  }

  /** {@code dm_iot_io_begin}. */
  void begin() {
    lock.lockIrq();
    inFlight++;
    lock.unlockIrq();
  }

  /** {@code dm_iot_io_end}; any context. */
  void end() {
    boolean flags = lock.lockIrqsave();
    if (--inFlight == 0) {
      idleTime = jiffies();
    }
    lock.unlockIrqrestore(flags);
  }

  /** {@code dm_iot_idle_time}, jiffies. */
  long idle() {
    lock.lockIrq();
    long idle = inFlight == 0 ? jiffies() - idleTime : 0;
    lock.unlockIrq();
    return idle;
  }
}
