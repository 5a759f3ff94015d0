package org.dmsim.memory;

import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * An {@code int} that tasks read and write plainly. An access is part of the step being made, no
 * scheduling point of its own; but it is told, so that a search tries the steps that it matters to
 * in both orders. A value that is written again as it was changes nothing for anybody.
 */
public final class PlainInt extends Shared {

  private volatile int value;

  /** With a value to begin with. */
  public PlainInt(String label, int value) {
    super(label);
    this.value = value;
  }

  /** Its value. */
  public int get() {
    Sched.touch(this, Access.READ);
    return value;
  }

  /** Gives it a value. */
  public void set(int v) {
    Sched.touch(this, v == value ? Access.READ : Access.WRITE);
    value = v;
  }
}
