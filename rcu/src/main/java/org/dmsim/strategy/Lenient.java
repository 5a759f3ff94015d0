package org.dmsim.strategy;

import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * Follows a schedule as far as that is possible and passes over what is not: for trying a schedule
 * from which something was taken away.
 */
public final class Lenient implements Strategy {

  private final Schedule schedule;
  private Machine machine;
  private int position;

  /** Follows a schedule. */
  public Lenient(Schedule schedule) {
    this.schedule = schedule;
  }

  @Override
  public boolean begin(Machine m) {
    machine = m;
    position = 0;
    return true;
  }

  @Override
  public Task next(Choice choice) {
    Schedule.Deviation d = due(choice.step(), false);
    if (d != null && d.value() < choice.taskCount()) {
      Task wanted = choice.task(d.value());
      if (choice.isEnabled(wanted)) {
        return wanted;
      }
    }
    return choice.byDefault();
  }

  @Override
  public int nextInt(int bound) {
    Schedule.Deviation d = due(machine.step(), true);
    return d == null ? 0 : Math.min(d.value(), bound - 1);
  }

  private Schedule.Deviation due(long step, boolean isData) {
    while (position < schedule.deviations().size()) {
      Schedule.Deviation d = schedule.deviations().get(position);
      if (d.step() > step || (d.step() == step && d.isData() != isData)) {
        return null;
      }
      position++;
      if (d.step() == step) {
        return d;
      }
    }
    return null;
  }
}
