package org.dmsim.locking;

import java.lang.invoke.MethodHandles;
import org.dmsim.cell.IntField;
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

  private static final IntField DONE = IntField.of(MethodHandles.lookup(), "done");
  private static final int ALL = Integer.MAX_VALUE;
  private static final SourcePlace WAIT = SourcePlace.of("kernel/sched/completion.c", 101, 111);

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
    tryTake();
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
      int d = DONE.loadAcquireInStep(this);
      if (d == 0 || d == ALL) {
        return d != 0;
      }
      if (DONE.compareAndSetInStep(this, d, d - 1)) {
        return true;
      }
    }
  }

  /** {@code complete}: lets one waiter go on. */
  @KernelSymbol("complete")
  public void complete() {
    Sched.point(this, Access.WRITE);
    int d = DONE.loadAcquireInStep(this);
    while (d != ALL && !DONE.compareAndSetInStep(this, d, d + 1)) {
      d = DONE.loadAcquireInStep(this);
    }
  }

  /** {@code complete_all}: lets everybody go on, now and later. */
  @KernelSymbol("complete_all")
  public void completeAll() {
    DONE.storeRelease(this, ALL);
  }

  /** {@code reinit_completion}. */
  public void reinit() {
    DONE.writeOnce(this, 0);
  }

  /** {@code completion_done}. */
  public boolean isDone() {
    return DONE.loadAcquire(this) != 0;
  }

  @Override
  public boolean ready() {
    return DONE.peek(this) != 0;
  }

  @Override
  public String waitsFor() {
    return "completion " + label();
  }
}
