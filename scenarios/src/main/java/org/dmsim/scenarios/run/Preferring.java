package org.dmsim.scenarios.run;

import java.util.List;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * The machine's own order, but tasks with certain names go on before all others wherever there is a
 * choice: a schedule that a person can write down, and that means the same on every kernel.
 */
final class Preferring implements Strategy {

  private final List<String> names;

  Preferring(List<String> names) {
    this.names = List.copyOf(names);
  }

  @Override
  public boolean begin(Machine machine) {
    return true;
  }

  @Override
  public Task next(Choice choice) {
    Task byDefault = choice.byDefault();
    if (byDefault.isHandler()) {
      return byDefault;
    }
    for (String name : names) {
      for (int i = 0; i < choice.taskCount(); i++) {
        Task t = choice.task(i);
        if (t.name().equals(name) && choice.isEnabled(t)) {
          return t;
        }
      }
    }
    return byDefault;
  }

  @Override
  public int nextInt(int bound) {
    return 0;
  }
}
