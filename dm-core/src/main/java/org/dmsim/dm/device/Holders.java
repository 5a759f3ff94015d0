package org.dmsim.dm.device;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;

/**
 * {@code md->holders}: how many pin a mapped device. In a machine it also knows which tasks do, so
 * that whoever waits for the last of them can be told whom it waits for.
 */
final class Holders implements Blocker {

  private final String device;
  private final SharedInt count = new SharedInt("md->holders", 1);
  private final List<Task> tasks = new ArrayList<>(2);

  /** Held by the caller. */
  Holders(String device) {
    this.device = device;
    note();
  }

  /** {@code atomic_inc}. */
  void get() {
    count.add(1);
    note();
  }

  private void note() {
    Task t = Task.current();
    if (t != null) {
      tasks.add(t);
    }
  }

  /** {@code atomic_dec}; a pin that one task took may be given back by another. */
  void put() {
    count.add(-1);
    Task t = Task.current();
    if (t != null && !tasks.remove(t) && !tasks.isEmpty()) {
      tasks.removeLast();
    }
  }

  /** Sleeps until nobody pins it. */
  void awaitNone() {
    Sched.await(count, Access.READ, this);
  }

  @Override
  public boolean ready() {
    return count.peek() == 0;
  }

  @Override
  public String waitsFor() {
    return count.peek() + " holders of mapped_device " + device;
  }

  @Override
  public List<Task> holders() {
    return tasks.stream().distinct().toList();
  }
}
