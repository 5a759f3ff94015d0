package org.dmsim.workqueue;

import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Timer;

/** A work that is queued when its timer goes off; mirrors {@code struct delayed_work}, 6.1. */
public final class DelayedWork extends Work {

  private final Timer timer;
  private Workqueue target;
  private boolean timed;

  /** A work that is not queued. */
  public DelayedWork(Runnable function) {
    super(function);
    timer = new Timer("delayed work", this::queueNow);
  }

  /** As {@link #DelayedWork(Runnable)}, with the name of its lock class. */
  public DelayedWork(String name, Runnable function) {
    this(name, function, false);
  }

  /**
   * As {@link #DelayedWork(String, Runnable)}.
   *
   * @param background whether a run may end while its timer is armed, as it is again and again
   */
  public DelayedWork(String name, Runnable function, boolean background) {
    super(name, function);
    timer = new Timer("delayed work", this::queueNow, background);
  }

  /** Mirrors {@code delayed_work_timer_fn}. */
  private void queueNow() {
    Sched.point(this, Access.WRITE);
    if (timed) {
      timed = false;
      target.insert(this);
    }
  }

  /** Arms the timer, or queues at once; the caller holds the pending bit. */
  void arm(Workqueue wq, long nanoseconds) {
    if (nanoseconds <= 0) {
      wq.insert(this);
      return;
    }
    target = wq;
    timed = true;
    timer.mod(Task.current().machine().now() + nanoseconds);
  }

  @Override
  boolean grab() {
    if (timed) {
      timed = false;
      timer.del();
      pending = false;
      return true;
    }
    return super.grab();
  }

  /**
   * {@code flush_delayed_work}: does not wait for the timer, but queues at once and waits for the
   * end.
   */
  @Override
  @KernelSymbol("flush_delayed_work")
  public boolean flush() {
    if (Task.current() != null) {
      Sched.point(this, Access.WRITE);
      if (timed) {
        timed = false;
        timer.del();
        target.insert(this);
      }
    }
    return super.flush();
  }

  /** {@code cancel_delayed_work_sync}. */
  @Override
  @KernelSymbol("cancel_delayed_work_sync")
  public boolean cancelSync() {
    return super.cancelSync();
  }
}
