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

/** A counting semaphore; mirrors {@code struct semaphore}, 6.1. lockdep does not follow it. */
public final class Semaphore extends Shared implements Blocker {

  private static final IntField COUNT = IntField.of(MethodHandles.lookup(), "count");
  private static final SourcePlace DOWN = SourcePlace.of("kernel/locking/semaphore.c", 59, 59);

  private int count;

  /** Admits {@code count} at a time. */
  public Semaphore(String name, int count) {
    super(name);
    this.count = count;
  }

  /** {@code down}. */
  @KernelSymbol("down")
  public void down() {
    MightSleep.check(DOWN);
    if (Task.current() == null) {
      while (!tryTake()) {
        park();
      }
      return;
    }
    Sched.await(this, Access.WRITE, this);
    COUNT.addInStep(this, -1);
  }

  /**
   * {@code down_trylock}, the other way round.
   *
   * @return whether it was taken
   */
  @KernelSymbol("down_trylock")
  public boolean tryDown() {
    Sched.point(this, Access.WRITE);
    return tryTake();
  }

  private boolean tryTake() {
    int c = COUNT.readInStep(this);
    while (c > 0 && !COUNT.compareAndSetInStep(this, c, c - 1)) {
      c = COUNT.readInStep(this);
    }
    return c > 0;
  }

  /** {@code up}; anybody may call it. */
  @KernelSymbol("up")
  public void up() {
    Sched.point(this, Access.WRITE);
    COUNT.addInStep(this, 1);
  }

  @Override
  public boolean ready() {
    return COUNT.peek(this) > 0;
  }

  @Override
  public String waitsFor() {
    return "semaphore " + label();
  }
}
