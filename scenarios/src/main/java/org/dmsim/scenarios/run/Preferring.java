package org.dmsim.scenarios.run;

import java.util.List;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;
import org.dmsim.strategy.LongestWaiting;

/**
 * The order of {@link LongestWaiting}, but tasks with certain names go on before all others
 * wherever there is a choice: a schedule that a person can write down, and that means the same on
 * every kernel.
 */
final class Preferring implements Strategy {

  private final List<String> names;
  private final Strategy others = new LongestWaiting();

  Preferring(List<String> names) {
    this.names = List.copyOf(names);
  }

  @Override
  public boolean begin(Machine machine) {
    return others.begin(machine);
  }

  @Override
  public Task next(Choice choice) {
    Task other = others.next(choice);
    if (other.isHandler()) {
      return other;
    }
    for (String name : names) {
      for (int i = 0; i < choice.taskCount(); i++) {
        Task t = choice.task(i);
        if (t.name().equals(name) && choice.isEnabled(t)) {
          return t;
        }
      }
    }
    return other;
  }

  @Override
  public int nextInt(int bound) {
    return 0;
  }
}
