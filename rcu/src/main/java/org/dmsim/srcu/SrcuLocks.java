package org.dmsim.srcu;

import org.dmsim.context.LocalIrq;
import org.dmsim.context.RtLock;
import org.dmsim.locking.BriefLock;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * The spinlocks of a domain's update side, as far as the checks see them: where spinlocks sleep,
 * and where one that is given back turns interrupts on. Mirrors kernel/rcu/srcutree.c, 6.12.
 */
final class SrcuLocks {

  private final String name;
  private boolean unused;
  private BriefLock usage;
  private BriefLock data;

  /** {@code unused} for a static domain that nobody has updated since boot. */
  SrcuLocks(String name, boolean unused) {
    this.name = name;
    this.unused = unused;
  }

  private boolean areSeen(Shared owner) {
    if (!RtLock.isOn(Task.current())) {
      return false;
    }
    if (data == null) {
      data = new BriefLock("&((sdp)->lock)", owner);
      usage = new BriefLock(unused ? name + "_srcu_usage.lock" : "&((ssp->srcu_sup)->lock)", owner);
    }
    return true;
  }

  /** {@code check_init_srcu_struct}: the first updater of a static domain sets it up. */
  void checkInit(Shared owner) {
    if (unused && areSeen(owner)) {
      usage.pass();
    }
    unused = false;
  }

  /** {@code srcu_might_be_idle}. */
  void mightBeIdle(Shared owner) {
    checkInit(owner);
    if (areSeen(owner)) {
      data.pass();
    }
  }

  /** {@code srcu_gp_start_if_needed}: by trylock, where nobody else wants them. */
  void enqueue(Shared owner) {
    checkInit(owner);
    if (areSeen(owner)) {
      data.tryPass(() -> {});
      usage.tryPass(() -> {});
    }
  }

  /** {@code srcu_barrier_one_cpu}: by the form that leaves interrupts on. */
  void entrain(Shared owner) {
    Task t = Task.current();
    if (areSeen(owner)) {
      data.pass();
    } else if (t != null && t.irqsDisabled) {
      LocalIrq.enable();
    }
  }
}
