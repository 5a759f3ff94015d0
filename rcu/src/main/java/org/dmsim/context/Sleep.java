package org.dmsim.context;

import java.util.concurrent.locks.LockSupport;
import org.dmsim.machine.Access;
import org.dmsim.machine.Alarm;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * Ways to give the CPU up and to sleep for a time; mirrors kernel/sched/core.c and
 * kernel/time/timer.c, 6.1. None of them asks {@code might_sleep}; the scheduler's own checks
 * speak.
 */
public final class Sleep {

  /** Nanoseconds of a jiffy at CONFIG_HZ=250. */
  public static final long JIFFY = 4_000_000L;

  private Sleep() {}

  /** {@code schedule()}, ready to go on. */
  @KernelSymbol("schedule")
  public static void schedule() {
    if (Task.current() == null) {
      Thread.yield();
    } else {
      Sched.schedule();
    }
  }

  /** {@code yield()}. */
  @KernelSymbol("yield")
  public static void yieldCpu() {
    schedule();
  }

  /**
   * The caller sleeps now in the kernel, whatever becomes of what it waits for: where the model
   * might find that over already, the scheduler is called all the same if it would object.
   */
  public static void certainly() {
    Task t = Task.current();
    if (t != null && (t.preemptCount != 0 || t.irqsDisabled || t.nonBlockCount != 0)) {
      schedule();
    }
  }

  /** {@code schedule_timeout_uninterruptible}: sleeps for so many virtual nanoseconds. */
  @KernelSymbol("schedule_timeout")
  public static void timeoutUninterruptible(long nanoseconds) {
    if (Task.current() == null) {
      LockSupport.parkNanos(nanoseconds);
      return;
    }
    Nap nap = new Nap();
    Sched.await(nap, Access.READ, nap, nanoseconds);
  }

  /** {@code io_schedule_timeout}. */
  @KernelSymbol("io_schedule_timeout")
  public static void ioScheduleTimeout(long nanoseconds) {
    timeoutUninterruptible(nanoseconds);
  }

  /** {@code msleep}: milliseconds, and a jiffy more. */
  @KernelSymbol("msleep")
  public static void msleep(int milliseconds) {
    timeoutUninterruptible(milliseconds * 1_000_000L + JIFFY);
  }

  /**
   * {@code usleep_range}: at least so many virtual nanoseconds. The timer may go off before the
   * task has given its CPU up, and then it does not. With PREEMPT_RT it goes off in a softirq.
   */
  @KernelSymbol("usleep_range_state")
  public static void usleepRange(long nanoseconds) {
    Task t = Task.current();
    if (t == null) {
      LockSupport.parkNanos(nanoseconds);
      return;
    }
    Nap nap = new Nap();
    Runnable end = () -> nap.over = true;
    Cpu cpu = t.cpu();
    boolean soft = t.machine().isRealtime();
    Alarm alarm =
        t.machine()
            .alarm(t.machine().now() + nanoseconds, soft ? () -> cpu.raiseSoftirq(end) : end);
    Sched.point(nap, Access.WRITE);
    Sched.await(nap, Access.READ, nap);
    t.machine().cancel(alarm);
  }

  /** A wait for nothing but time. */
  private static final class Nap extends Shared implements Blocker {
    private boolean over;

    Nap() {
      super("time");
    }

    @Override
    public boolean ready() {
      return over;
    }

    @Override
    public String waitsFor() {
      return "time";
    }
  }
}
