package org.dmsim.dm;

import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * Lets one task run before all others for so many steps, and then not again until nobody else can
 * go on: as if an interrupt storm had hit its CPU at exactly that place. Run with every number of
 * steps, it is every schedule that takes the CPU away from that task once.
 */
public final class HeldTask implements Strategy {

  private final String name;
  private final int steps;
  private int made;

  /** Holds the task of that name after {@code steps} of its steps. */
  public HeldTask(String name, int steps) {
    this.name = name;
    this.steps = steps;
  }

  /** Whether the task got so far as to be held; else it ended before. */
  public boolean held() {
    return made >= steps;
  }

  @Override
  public boolean begin(Machine machine) {
    return true;
  }

  @Override
  public Task next(Choice choice) {
    Task usual = choice.byDefault();
    if (usual.isHandler()) {
      return usual;
    }
    Task mine = null;
    Task other = usual.name().equals(name) || usual.role() == Task.Role.CLOCK ? null : usual;
    for (int i = 0; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      if (!choice.isEnabled(t)) {
        continue;
      }
      if (t.name().equals(name)) {
        mine = t;
      } else if (other == null && t.role() != Task.Role.CLOCK) {
        other = t;
      }
    }
    if (mine == null || (held() && other != null)) {
      return other == null ? usual : other;
    }
    made++;
    return mine;
  }

  @Override
  public int nextInt(int bound) {
    return 0;
  }
}
