package org.dmsim.machine;

/** Two who watch one run; the first is told first. */
record TwoObservers(Observer first, Observer second) implements Observer {

  @Override
  public void step(Task task, Shared object, Access access) {
    first.step(task, object, access);
    second.step(task, object, access);
  }

  @Override
  public void touch(Task task, Shared object, Access access) {
    first.touch(task, object, access);
    second.touch(task, object, access);
  }

  @Override
  public void value(Task task, Object value) {
    if (first.wantsValues()) {
      first.value(task, value);
    }
    if (second.wantsValues()) {
      second.value(task, value);
    }
  }

  @Override
  public boolean wantsValues() {
    return first.wantsValues() || second.wantsValues();
  }

  @Override
  public void contextSwitch(Cpu cpu, Task prev, Task next, boolean preempted) {
    first.contextSwitch(cpu, prev, next, preempted);
    second.contextSwitch(cpu, prev, next, preempted);
  }

  @Override
  public void spawned(Task maker, Task task) {
    first.spawned(maker, task);
    second.spawned(maker, task);
  }

  @Override
  public void cpusMatter(boolean tasks) {
    first.cpusMatter(tasks);
    second.cpusMatter(tasks);
  }

  @Override
  public void blocked(Task task, Blocker blocker) {
    first.blocked(task, blocker);
    second.blocked(task, blocker);
  }
}
