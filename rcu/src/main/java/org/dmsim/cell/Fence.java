package org.dmsim.cell;

import java.lang.invoke.VarHandle;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;

/** A memory barrier, as an access of its own. */
public final class Fence {

  private Fence() {}

  /**
   * {@code smp_mb}: what the caller stored before is seen by everybody before it goes on. In a
   * machine whose memory is sequentially consistent that holds already.
   */
  public static void mb() {
    Task t = Task.current();
    if (t == null) {
      VarHandle.fullFence();
    } else if (t.isWeak()) {
      Sched.fullBarrier(t);
    }
  }

  /** {@code smp_wmb}: what the caller stores from here on is seen no sooner than what it stored. */
  public static void wmb() {
    Task t = Task.current();
    if (t == null) {
      VarHandle.storeStoreFence();
    } else if (t.isWeak()) {
      Sched.writeBarrier(t);
    }
  }
}
