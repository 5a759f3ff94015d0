package org.dmsim.explore;

import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;

/**
 * What is explored: something that can be set up on any number of machines, each time the same.
 *
 * <p>What its tasks do may depend on the machine only. A search runs it again and again, and tells
 * where it does not do the same as before.
 */
@FunctionalInterface
public interface Program {

  /** Sets up what tasks share ({@link Machine#boot}) and adds the tasks; does not run them. */
  void load(Machine machine);

  /** As {@link #load}, with what the search fixes beside the machine. */
  default Configuration adapt(Configuration configuration) {
    return configuration;
  }
}
