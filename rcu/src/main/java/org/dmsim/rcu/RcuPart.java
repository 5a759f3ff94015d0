package org.dmsim.rcu;

import org.dmsim.machine.Machine;
import org.dmsim.machine.RealtimePart;

/** RCU watches a machine with PREEMPT_RT from the start: every lock there is a reader. */
public final class RcuPart implements RealtimePart {

  /** Found as a service. */
  public RcuPart() {}

  @Override
  public void install(Machine machine) {
    machine.part(RcuState.KEY);
  }
}
