package org.dmsim.scenarios.museum;

import org.dmsim.explore.Program;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;

/**
 * A program as small as it can be, which teaches one rule on its own: it has the shape of some
 * kernel's code, and is none, so it names no kernel. Its fix is a word in the program.
 */
public interface Lesson extends Exhibit {

  /**
   * Sets up what the tasks share, and adds the tasks; scripts no order among them.
   *
   * @param machine a machine that has not run
   * @param fixed whether the lesson is heeded
   */
  void stage(Machine machine, boolean fixed);

  @Override
  default Program program(boolean fixed) {
    return machine -> stage(machine, fixed);
  }

  @Override
  default Configuration configuration(boolean fixed) {
    return Configuration.standard().withCpus(4);
  }
}
