package org.dmsim.explore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmsim.machine.Access;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.strategy.RoundRobin;

/** Counts, in one run, the steps on each object that one task changes and another one uses. */
final class Conflicts implements Observer {

  private final Map<Shared, Use> uses = new LinkedHashMap<>();

  private static final class Use {
    final Set<String> tasks = new LinkedHashSet<>();
    boolean changed;
    long steps;
  }

  private Conflicts() {}

  static List<Conflict> of(Program program, Configuration configuration) {
    Machine machine = new Machine(configuration, new RoundRobin());
    program.load(machine);
    Conflicts seen = new Conflicts();
    machine.observe(seen);
    machine.run();
    List<Conflict> conflicts = new ArrayList<>();
    seen.uses.forEach(
        (object, use) -> {
          if (use.changed && use.tasks.size() > 1) {
            conflicts.add(new Conflict(object.label(), List.copyOf(use.tasks), use.steps));
          }
        });
    conflicts.sort(Comparator.comparingLong(Conflict::steps).reversed());
    return conflicts;
  }

  @Override
  public void step(Task task, Shared object, Access access) {
    touch(task, object, access);
  }

  @Override
  public void touch(Task task, Shared object, Access access) {
    if (object == null) {
      return;
    }
    Use use = uses.computeIfAbsent(object, o -> new Use());
    use.tasks.add(task.name());
    use.changed |= access != Access.READ;
    use.steps++;
  }
}
