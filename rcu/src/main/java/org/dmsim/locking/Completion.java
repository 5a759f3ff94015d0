package org.dmsim.locking;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmsim.context.MightSleep;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/** Something that tasks wait for until it is done; mirrors {@code struct completion}, 6.1. */
public final class Completion extends Shared implements Blocker {

  private static final VarHandle DONE;
  private static final int ALL = Integer.MAX_VALUE;
  private static final SourcePlace WAIT = SourcePlace.of("kernel/sched/completion.c", 101, 111);

  static {
    try {
      DONE = MethodHandles.lookup().findVarHandle(Completion.class, "done", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private int done;

  /** Not done. */
  public Completion(String name) {
    super(name);
  }

  /** {@code wait_for_completion}. */
  @KernelSymbol("wait_for_completion")
  public void waitFor() {
    MightSleep.check(WAIT);
    if (Task.current() == null) {
      while (!tryTake()) {
        park();
      }
      return;
    }
    Sched.await(this, Access.WRITE, this);
    done -= done == 0 || done == ALL ? 0 : 1;
  }

  /**
   * {@code wait_for_completion_timeout}.
   *
   * @param nanoseconds virtual time to wait at most
   * @return whether it was done
   */
  @KernelSymbol("wait_for_completion_timeout")
  public boolean waitForTimeout(long nanoseconds) {
    MightSleep.check(WAIT);
    return Sched.await(this, Access.WRITE, this, nanoseconds) && tryTake();
  }

  /** {@code try_wait_for_completion}. */
  @KernelSymbol("try_wait_for_completion")
  public boolean tryWaitFor() {
    Sched.point(this, Access.WRITE);
    return tryTake();
  }

  private boolean tryTake() {
    for (; ; ) {
      int d = (int) DONE.getAcquire(this);
      if (d == 0 || d == ALL) {
        return d != 0;
      }
      if (DONE.compareAndSet(this, d, d - 1)) {
        return true;
      }
    }
  }

  /** {@code complete}: lets one waiter go on. */
  @KernelSymbol("complete")
  public void complete() {
    if (Sched.point(this, Access.WRITE)) {
      done += done == ALL ? 0 : 1;
      return;
    }
    int d = (int) DONE.getAcquire(this);
    while (d != ALL && !DONE.compareAndSet(this, d, d + 1)) {
      d = (int) DONE.getAcquire(this);
    }
  }

  /** {@code complete_all}: lets everybody go on, now and later. */
  @KernelSymbol("complete_all")
  public void completeAll() {
    Sched.point(this, Access.WRITE);
    DONE.setVolatile(this, ALL);
  }

  /** {@code reinit_completion}. */
  public void reinit() {
    Sched.point(this, Access.WRITE);
    DONE.setVolatile(this, 0);
  }

  /** {@code completion_done}. */
  public boolean isDone() {
    Sched.point(this, Access.READ);
    return (int) DONE.getAcquire(this) != 0;
  }

  @Override
  public boolean ready() {
    return (int) DONE.getAcquire(this) != 0;
  }

  @Override
  public String waitsFor() {
    return "completion " + label();
  }
}
