package org.dmsim.locking;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.dmsim.context.MightSleep;
import org.dmsim.context.RtLock;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/**
 * A queue of sleepers; mirrors {@code struct wait_queue_head}, 6.1. A sleeper asks its condition
 * again only after somebody woke it: a wake-up that is missing is missed here too. On real threads
 * the condition is asked over and over.
 */
public final class WaitQueue extends Shared {

  private static final SourcePlace UNKNOWN = SourcePlace.of("include/linux/wait.h");

  private final ArrayDeque<Entry> entries = new ArrayDeque<>(0);

  /** Its spinlock; made where spinlocks sleep, and null elsewhere. */
  private BriefLock lock;

  /** An empty queue. */
  public WaitQueue(String name) {
    super(name);
  }

  /** One sleeper, from {@link #prepareToWait} to {@link #finishWait}. */
  public final class Entry implements Blocker {
    private final boolean exclusive;
    private boolean woken;

    private Entry(boolean exclusive) {
      this.exclusive = exclusive;
    }

    @Override
    public boolean ready() {
      return woken;
    }

    @Override
    public String waitsFor() {
      return "a wake-up of " + label();
    }
  }

  /** {@code wait_event}: sleeps until the condition holds. */
  public void waitEvent(BooleanSupplier condition) {
    waitEvent(UNKNOWN, condition);
  }

  /** As {@link #waitEvent(BooleanSupplier)}, at a place of the kernel's source. */
  public void waitEvent(SourcePlace place, BooleanSupplier condition) {
    MightSleep.check(place);
    waitUntil(condition, Sched.FOREVER, false);
  }

  /**
   * {@code wait_event_interruptible}: as {@link #waitEvent(BooleanSupplier)}, but a fatal signal
   * ends the wait.
   *
   * @return whether the condition came true; false if a signal did
   */
  public boolean waitEventInterruptible(BooleanSupplier condition) {
    MightSleep.check(UNKNOWN);
    return waitUntil(condition, Sched.FOREVER, true);
  }

  /**
   * {@code wait_event_timeout}.
   *
   * @param nanoseconds virtual time to wait at most
   * @return whether the condition held
   */
  public boolean waitEventTimeout(BooleanSupplier condition, long nanoseconds) {
    return waitEventTimeout(UNKNOWN, condition, nanoseconds);
  }

  /** As {@link #waitEventTimeout(BooleanSupplier, long)}, at a place of the kernel's source. */
  public boolean waitEventTimeout(SourcePlace place, BooleanSupplier condition, long nanoseconds) {
    MightSleep.check(place);
    return waitUntil(condition, nanoseconds, false);
  }

  private boolean waitUntil(BooleanSupplier condition, long nanoseconds, boolean interruptible) {
    if (condition.getAsBoolean()) {
      return true;
    }
    Task t = Task.current();
    if (t == null) {
      new Condition(condition).park();
      return true;
    }
    long end = nanoseconds == Sched.FOREVER ? nanoseconds : t.machine().now() + nanoseconds;
    Entry e = prepareToWait(false);
    try {
      while (!condition.getAsBoolean()) {
        long left = end == Sched.FOREVER ? end : end - t.machine().now();
        if (left <= 0) {
          return false;
        }
        if (!interruptible) {
          sleep(e, left);
        } else if (Sched.awaitInterruptible(this, Access.WRITE, e, left) == Sched.Wake.SIGNAL) {
          return condition.getAsBoolean();
        }
        e.woken = false;
      }
      return true;
    } finally {
      finishWait(e);
    }
  }

  /** {@code prepare_to_wait}: from here on the task is woken; asks nothing and does not sleep. */
  @KernelSymbol("prepare_to_wait")
  public Entry prepareToWait(boolean exclusive) {
    Entry e = new Entry(exclusive);
    Sched.point(this, Access.WRITE);
    passLock();
    entries.add(e);
    return e;
  }

  /**
   * Sleeps until the entry was woken, {@code timeout} virtual nanoseconds at most.
   *
   * @return whether it was
   */
  public boolean sleep(Entry e, long timeout) {
    if (timeout == Sched.FOREVER) {
      Sched.await(this, Access.WRITE, e);
      return true;
    }
    return Sched.await(this, Access.WRITE, e, timeout);
  }

  /** {@code finish_wait}. */
  @KernelSymbol("finish_wait")
  public void finishWait(Entry e) {
    if (entries.contains(e)) {
      Sched.point(this, Access.WRITE);
      passLock();
      entries.remove(e);
    }
  }

  /** {@code wake_up}: all sleepers, and of the exclusive ones the first. */
  @KernelSymbol("__wake_up")
  public void wakeUp() {
    wake(1);
  }

  /** {@code wake_up_all}. */
  @KernelSymbol("__wake_up")
  public void wakeUpAll() {
    wake(Integer.MAX_VALUE);
  }

  private void wake(int exclusive) {
    Sched.point(this, Access.WRITE);
    passLock();
    int left = exclusive;
    for (Entry e : entries) {
      if (e.woken) {
        continue;
      }
      e.woken = true;
      if (e.exclusive && --left == 0) {
        return;
      }
    }
  }

  private void passLock() {
    if (RtLock.isOn(Task.current())) {
      if (lock == null) {
        lock = new BriefLock(label(), this);
      }
      lock.pass();
    }
  }

  /** {@code waitqueue_active}. */
  public boolean isActive() {
    Sched.point(this, Access.READ);
    return !entries.isEmpty();
  }

  /** How a real thread waits for a condition. */
  private record Condition(BooleanSupplier holds) implements Blocker {
    @Override
    public boolean ready() {
      return holds.getAsBoolean();
    }

    @Override
    public String waitsFor() {
      return "a condition";
    }
  }
}
