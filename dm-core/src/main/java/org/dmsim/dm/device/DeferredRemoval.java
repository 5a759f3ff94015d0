package org.dmsim.dm.device;

import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/** {@code deferred_remove_work}: removes devices marked for it once their last user has gone. */
public final class DeferredRemoval {

  private Workqueue queue;
  private final Work work = new Work(this::run);
  private Runnable action = () -> {};

  DeferredRemoval() {}

  /** What is done then: the ioctl side knows the devices' names. */
  public void set(Runnable action) {
    this.action = action;
  }

  @KernelSymbol("do_deferred_remove")
  private void run() {
    action.run();
  }

  void schedule() {
    if (queue == null) {
      queue = Workqueue.alloc("kdmremove", Workqueue.UNBOUND);
    }
    queue.queue(work);
  }
}
