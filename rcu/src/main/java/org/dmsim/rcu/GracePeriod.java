package org.dmsim.rcu;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Store;
import org.dmsim.machine.Task;

/**
 * One grace period: which CPUs have still to report a quiescent state, and which readers were asked
 * to report when they close their outermost section. Over when both are empty.
 */
final class GracePeriod implements Blocker {

  private final RcuState state;

  /** {@code qsmask}: a bit for each CPU that has not reported. */
  long cpus;

  /** Preemptible readers that hold it up, each until its outermost unlock. */
  final List<Task> readers = new ArrayList<>(0);

  /** What readers that it had to wait for have stored; it must have reached memory. */
  final List<Store> stores = new ArrayList<>(0);

  /** What happens once it is over; null where somebody sleeps until then. */
  Runnable completion;

  /** Who started it. */
  final Task by;

  GracePeriod(RcuState state, Task by) {
    this.state = state;
    this.by = by;
  }

  /**
   * Whether nothing is left to wait for, the next scheduler tick of each CPU taken into account.
   */
  @Override
  public boolean ready() {
    return state.isOver(this);
  }

  @Override
  public String waitsFor() {
    return "an RCU grace period";
  }

  /** For reports: whom it waits for. */
  @Override
  public List<Task> holders() {
    List<Task> holders = new ArrayList<>(readers);
    for (int c = 0; c < state.cpuCount(); c++) {
      Task t = (cpus & 1L << c) == 0 ? null : state.cpu(c).current();
      if (t != null && !holders.contains(t)) {
        holders.add(t);
      }
    }
    return holders;
  }
}
