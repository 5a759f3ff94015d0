package org.dmsim.cell;

import java.lang.invoke.VarHandle;
import org.dmsim.machine.Task;

/** A memory barrier, as an access of its own. */
public final class Fence {

  private Fence() {}

  /**
   * {@code smp_mb}: what the caller stored before is seen by everybody before it reads on. Where
   * memory is sequentially consistent, as it is in a machine, that holds already.
   */
  public static void mb() {
    if (Task.current() == null) {
      VarHandle.fullFence();
    }
  }
}
