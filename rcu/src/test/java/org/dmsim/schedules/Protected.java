package org.dmsim.schedules;

import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/** An object that readers use and an updater frees when no reader can hold it. */
public final class Protected extends Shared {

  private boolean freed;

  /** One that is there. */
  public Protected() {
    super("object");
  }

  /** A reader's use. */
  public void use() {
    Sched.point(this, Access.READ);
    if (freed) {
      throw new UsedAfterFree();
    }
  }

  /** The updater's free. */
  public void free() {
    Sched.point(this, Access.WRITE);
    if (freed) {
      throw new AssertionError("freed twice");
    }
    freed = true;
  }

  /** Whether it was freed; for the end of a run. */
  public boolean isFreed() {
    return freed;
  }

  /** A reader used it after it was freed. */
  public static final class UsedAfterFree extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
