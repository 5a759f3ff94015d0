package org.dmsim.interrupt;

import org.dmsim.context.Preempt;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * A function that runs once, in a hardware interrupt that the CPU sends itself; mirrors {@code
 * struct irq_work} with IRQ_WORK_HARD_IRQ, 6.1.
 */
public final class IrqWork extends Shared {

  private final Runnable function;
  private boolean queued;

  /** A work that is not queued. */
  public IrqWork(Runnable function) {
    super("irq_work");
    this.function = function;
  }

  /**
   * {@code irq_work_queue}.
   *
   * @return false if it was queued already
   */
  @KernelSymbol("irq_work_queue")
  public boolean queue() {
    Sched.point(this, Access.WRITE);
    if (queued) {
      return false;
    }
    queued = true;
    Preempt.disable();
    Task.current().cpu().raiseHardirq(this::run);
    Sched.point(this, Access.READ); // the interrupt may come before preemption is on again
    Preempt.enable();
    return true;
  }

  private void run() {
    Sched.point(this, Access.WRITE);
    queued = false;
    function.run();
  }
}
