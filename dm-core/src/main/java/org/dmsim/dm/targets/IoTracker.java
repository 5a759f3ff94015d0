package org.dmsim.dm.targets;

import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;

/**
 * How much is in flight, and since when nothing is: {@code struct dm_io_tracker} of {@code
 * dm-io-tracker.h}, 6.1. What is counted, sectors or bios, is the caller's.
 */
public final class IoTracker {

  /** Jiffies begin to count before 0, so that one that never saw I/O seems idle for long. */
  private static final long NEVER = -0xfffe_db08L;

  private final SpinLock lock = new SpinLock("&iot->lock");
  private long inFlight;
  private long idleTime = NEVER;

  /** Whether nothing has been in flight for more than so many jiffies. */
  @KernelSymbol("dm_iot_idle_for")
  public boolean idleFor(long jiffies) {
    lock.lockIrq();
    boolean idle = inFlight == 0 && Jiffies.now() > idleTime + jiffies;
    lock.unlockIrq();
    return idle;
  }

  /** For how many jiffies nothing has been in flight. */
  @KernelSymbol("dm_iot_idle_time")
  public long idleTime() {
    lock.lockIrq();
    long idle = inFlight == 0 ? Jiffies.now() - idleTime : 0;
    lock.unlockIrq();
    return idle;
  }

  /** So much is under way. */
  @KernelSymbol("dm_iot_io_begin")
  public void begin(long length) {
    lock.lockIrq();
    inFlight += length;
    lock.unlockIrq();
  }

  /** So much has come to its end; any context. */
  @KernelSymbol("dm_iot_io_end")
  public void end(long length) {
    if (length == 0) {
      return;
    }
    boolean flags = lock.lockIrqsave();
    inFlight -= length;
    if (inFlight == 0) {
      idleTime = Jiffies.now();
    }
    lock.unlockIrqrestore(flags);
  }
}
