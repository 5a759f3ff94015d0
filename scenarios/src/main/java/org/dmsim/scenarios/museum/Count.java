package org.dmsim.scenarios.museum;

import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/** A number of things that tasks take, give back and wait for, each in one step. */
final class Count extends Shared {

  private final String label;
  private int value;

  Count(String label, int value) {
    super(label);
    this.label = label;
    this.value = value;
  }

  /** Gives {@code n} back, or takes them where it is negative. */
  int add(int n) {
    Sched.point(this, Access.WRITE);
    value += n;
    return value;
  }

  int get() {
    Sched.point(this, Access.READ);
    return value;
  }

  /** Takes all. */
  int takeAll() {
    Sched.point(this, Access.WRITE);
    int all = value;
    value = 0;
    return all;
  }

  /** Takes one, or answers false. */
  boolean tryTake() {
    Sched.point(this, Access.WRITE);
    if (value == 0) {
      return false;
    }
    value--;
    return true;
  }

  /** Sleeps until there is one, and takes it. */
  void take() {
    awaitPositive(Access.WRITE);
    value--;
  }

  /** Sleeps until there is one. */
  void awaitOne() {
    awaitPositive(Access.READ);
  }

  private void awaitPositive(Access access) {
    Sched.await(
        this,
        access,
        new Blocker() {
          @Override
          public boolean ready() {
            return value > 0;
          }

          @Override
          public String waitsFor() {
            return label;
          }
        });
  }
}
