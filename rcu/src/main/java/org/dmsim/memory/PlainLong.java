package org.dmsim.memory;

import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * A {@code long} that tasks read and write plainly. An access is part of the step being made, no
 * scheduling point of its own; but it is told, so that a search tries the steps that it matters to
 * in both orders. A value that is written again as it was changes nothing for anybody.
 */
public final class PlainLong extends Shared {

  private volatile long value;

  /** With a value to begin with. */
  public PlainLong(String label, long value) {
    super(label);
    this.value = value;
  }

  /** Its value. */
  public long get() {
    Sched.touch(this, Access.READ);
    return value;
  }

  /** Gives it a value. */
  public void set(long v) {
    Sched.touch(this, v == value ? Access.READ : Access.WRITE);
    value = v;
  }
}
