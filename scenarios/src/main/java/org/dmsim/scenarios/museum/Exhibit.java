package org.dmsim.scenarios.museum;

import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;

/** One historical bug and its fix, as two programs that differ in the fix alone. */
public interface Exhibit {

  /** What stands beside it. */
  Plaque plaque();

  /**
   * Sets up what the tasks share, and adds the tasks; scripts no order among them.
   *
   * @param machine a machine that has not run
   * @param fixed whether {@link Plaque#commit} is in
   */
  void stage(Machine machine, boolean fixed);

  /** The machine that it needs: a CPU for each task unless it says otherwise. */
  default Configuration configuration() {
    return Configuration.standard().withCpus(4);
  }
}
