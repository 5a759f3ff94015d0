package org.dmsim.context;

import java.util.concurrent.locks.LockSupport;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/** Ways to sleep for a time; mirrors kernel/time/timer.c and kernel/sched, 6.1. */
public final class Schedule {

  /** Nanoseconds of a jiffy at CONFIG_HZ=250. */
  public static final long JIFFY = 4_000_000L;

  private Schedule() {}

  /** {@code schedule_timeout_uninterruptible}: sleeps for so many virtual nanoseconds. */
  @KernelSymbol("schedule_timeout")
  public static void timeoutUninterruptible(long nanoseconds) {
    Task t = Task.current();
    if (t == null) {
      LockSupport.parkNanos(nanoseconds);
      return;
    }
    Nap nap = new Nap();
    Sched.await(nap, Access.READ, nap, nanoseconds);
  }

  /** {@code msleep}: milliseconds, and a jiffy more. */
  @KernelSymbol("msleep")
  public static void msleep(int milliseconds) {
    timeoutUninterruptible(milliseconds * 1_000_000L + JIFFY);
  }

  /** A wait for nothing but time. */
  private static final class Nap extends Shared implements Blocker {
    @Override
    public boolean ready() {
      return false;
    }

    @Override
    public String label() {
      return "time";
    }

    @Override
    public String waitsFor() {
      return "time";
    }
  }
}
