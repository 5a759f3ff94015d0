package org.dmsim.interrupt;

import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * A function that runs once, soon, in the tasklet softirq of the CPU that scheduled it; mirrors
 * {@code struct tasklet_struct}, 6.1.
 */
public final class Tasklet extends Shared {

  private final Runnable function;
  private boolean scheduled;

  /** A tasklet that is not scheduled. */
  public Tasklet(Runnable function) {
    super("tasklet");
    this.function = function;
  }

  /** {@code tasklet_schedule}: nothing if it is scheduled already. */
  @KernelSymbol("tasklet_schedule")
  public void schedule() {
    Sched.point(this, Access.WRITE);
    if (!scheduled) {
      scheduled = true;
      Task.current().cpu().raiseSoftirq(this::action);
    }
  }

  private void action() {
    Sched.point(this, Access.WRITE);
    scheduled = false;
    function.run();
  }
}
