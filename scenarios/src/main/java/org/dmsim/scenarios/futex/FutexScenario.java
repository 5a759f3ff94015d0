package org.dmsim.scenarios.futex;

import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;

/**
 * A story about locks whose owners die, as two programs that differ in one thing: the fix. Neither
 * says when anybody is killed, nor in which order anything happens.
 */
public interface FutexScenario {

  /** By which the command line knows it. */
  String name();

  /** One sentence that completes "This scenario shows". */
  String shows();

  /** Where the story comes from: a commit with its subject, a bug report, a document. */
  String source();

  /**
   * Sets up what the tasks share, and adds the tasks.
   *
   * @param machine a machine that has not run
   * @param fixed which of the two programs
   */
  void stage(Machine machine, boolean fixed);

  /** The machine that it needs: a CPU for each task unless it says otherwise. */
  default Configuration configuration() {
    return Configuration.standard().withCpus(4);
  }
}
