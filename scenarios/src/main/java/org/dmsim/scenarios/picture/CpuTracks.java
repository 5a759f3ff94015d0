package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/**
 * Who has which CPU, and when: looked up at every step, since a task that ends, or comes to an idle
 * CPU, tells nobody. A handler lies on top of a task, which has its CPU back when the handler goes.
 */
final class CpuTracks {

  final Map<Integer, List<Stay>> stays = new LinkedHashMap<>();
  private final Machine machine;
  private final Function<Task, TaskTrack> tracks;
  private final Task[] has;
  private final Task[] under;

  /**
   * Nobody has any yet.
   *
   * @param tracks of tasks, in which it is written when they are interrupted
   */
  CpuTracks(Machine machine, Function<Task, TaskTrack> tracks) {
    this.machine = machine;
    this.tracks = tracks;
    has = new Task[machine.cpuCount()];
    under = new Task[has.length];
  }

  /** Looks who has the CPUs at a step. */
  void look(long number) {
    for (int cpu = 0; cpu < has.length; cpu++) {
      Task now = machine.cpu(cpu).current();
      if (now != null && (now.isDone() || now.role() == Task.Role.CLOCK)) {
        now = null;
      }
      if (now != has[cpu]) {
        changes(cpu, now, number);
      }
    }
  }

  private void changes(int cpu, Task now, long number) {
    List<Stay> all = stays.computeIfAbsent(cpu, c -> new ArrayList<>());
    if (has[cpu] != null) {
      all.getLast().to = number;
      if (under[cpu] != null) {
        tracks.apply(under[cpu]).closes(has[cpu], number);
      }
    }
    has[cpu] = now;
    under[cpu] = now != null && now.isHandler() ? now.interrupted() : null;
    if (now != null) {
      all.add(new Stay(Stretch.RUN, now.name(), null, number));
    }
    if (under[cpu] != null) {
      tracks.apply(under[cpu]).opens(Stretch.IRQ, "interrupted by " + now.name(), now, number);
    }
  }

  /** Forgets what was over before a step. */
  void forget(long before) {
    stays.values().forEach(c -> c.removeIf(s -> s.isOverBefore(before)));
  }
}
