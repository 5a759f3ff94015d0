package org.dmsim.scenarios.run;

import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/** How many tasks of a script have not ended yet; what the script waits for. */
final class Latch extends Shared implements Blocker {

  private int open;

  Latch(int tasks) {
    super("script");
    open = tasks;
  }

  /** One task has ended. */
  void arrive() {
    Sched.point(this, Access.ADD);
    open--;
  }

  /** Waits for all of them. */
  void await() {
    Sched.await(this, Access.READ, this);
  }

  /** Waits for all of them, but not for ever; says whether they came. */
  boolean await(long nanoseconds) {
    return Sched.await(this, Access.READ, this, nanoseconds);
  }

  /** Sleeps; what is waited for never comes. */
  static void sleep(long nanoseconds) {
    new Latch(1).await(nanoseconds);
  }

  /**
   * As {@link #sleep}, with a step before it: where a task begins with this, that it sets an alarm
   * must belong to some step of its.
   */
  static void sleepAsAStep(long nanoseconds) {
    Latch never = new Latch(1);
    Sched.point(never, Access.READ);
    never.await(nanoseconds);
  }

  @Override
  public boolean ready() {
    return open == 0;
  }

  @Override
  public String waitsFor() {
    return "the script's tasks";
  }
}
