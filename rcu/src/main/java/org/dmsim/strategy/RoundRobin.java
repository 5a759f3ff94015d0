package org.dmsim.strategy;

import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * Each task runs until it sleeps or ends, then the next one; interrupts at once, the clock last.
 */
public final class RoundRobin implements Strategy {

  @Override
  public boolean begin(Machine machine) {
    return true;
  }

  @Override
  public Task next(Choice choice) {
    return choice.byDefault();
  }

  @Override
  public boolean isAlwaysDefault() {
    return true;
  }

  @Override
  public int nextInt(int bound) {
    return 0;
  }
}
