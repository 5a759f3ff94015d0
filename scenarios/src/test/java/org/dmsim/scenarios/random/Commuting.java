package org.dmsim.scenarios.random;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.dmsim.explore.Program;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * Holds a program to what a search takes for granted: steps that touch no object in common, or only
 * look at it, or only add to it, can be made in any order, and are the same steps then. Makes a run
 * by chance, makes it again in another order of its independent steps, and compares step by step.
 *
 * <p>So it finds an object that is another one where another task comes first, and whatever a step
 * looks at without saying so.
 */
final class Commuting {

  private static final int CLOCK = 1;
  private static final int MAX_STEPS = 1_500;

  /** The list of tasks, which each new one changes. */
  private static final long TASKS = Task.identityOf(-1);

  private final Program program;
  private final Configuration configuration;
  private final Map<Long, String> names = new HashMap<>();

  Commuting(Program program, Configuration configuration) {
    this.program = program;
    this.configuration = configuration;
  }

  /** One step: whose, and what it touches, with how; and its choices of data. */
  private record Made(int task, TreeMap<Long, Access> touched, List<Integer> data, int[] born) {}

  /** What a run came to. */
  private record Run(List<Made> steps, Outcome.End end, Optional<String> difference) {}

  /**
   * Makes a run by chance, and again in other orders.
   *
   * @param orders how many
   * @return what was different; empty if nothing was
   */
  Optional<String> check(long seed, int orders) {
    SplittableRandom random = new SplittableRandom(seed);
    Run first = run(new Chance(random));
    for (int i = 0; i < orders; i++) {
      int[] order = anotherOrder(first.steps, random);
      Optional<String> difference = inOrder(first, order);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private Optional<String> inOrder(Run first, int[] order) {
    Run again = run(new Again(first.steps, order));
    if (again.difference.isPresent()) {
      return again.difference;
    }
    return again.end == first.end
        ? Optional.empty()
        : Optional.of("ends " + again.end + " where it ended " + first.end);
  }

  private Run run(Recording recording) {
    Machine m = new Machine(configuration, recording);
    program.load(m);
    m.observe(recording);
    m.watchCpus(2);
    recording.machine = m;
    Outcome outcome = m.run();
    recording.endStep();
    return new Run(recording.steps, outcome.end(), Optional.ofNullable(recording.difference));
  }

  // ---- another order ---------------------------------------------------------------------------

  private static int[] anotherOrder(List<Made> steps, SplittableRandom random) {
    List<Set<Integer>> after = dependencies(steps);
    int n = steps.size();
    List<List<Integer>> before = new ArrayList<>();
    int[] open = new int[n];
    for (int k = 0; k < n; k++) {
      before.add(new ArrayList<>());
    }
    for (int k = 0; k < n; k++) {
      open[k] = after.get(k).size();
      for (int j : after.get(k)) {
        before.get(j).add(k);
      }
    }
    List<Integer> ready = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      if (open[k] == 0) {
        ready.add(k);
      }
    }
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int k = ready.remove(random.nextInt(ready.size()));
      order[i] = k;
      for (int later : before.get(k)) {
        if (--open[later] == 0) {
          ready.add(later);
        }
      }
    }
    return order;
  }

  /** For each step the earlier ones that it has to come after. */
  private static List<Set<Integer>> dependencies(List<Made> steps) {
    List<Set<Integer>> all = new ArrayList<>();
    Map<Integer, Integer> lastOf = new HashMap<>();
    Map<Long, Integer> writers = new HashMap<>();
    Map<Long, List<Integer>> others = new HashMap<>();
    Map<Integer, Integer> bornBy = new HashMap<>();
    int clock = -1;
    for (int k = 0; k < steps.size(); k++) {
      Made s = steps.get(k);
      Set<Integer> after = new HashSet<>();
      Integer previous = lastOf.put(s.task, k);
      if (previous != null) {
        after.add(previous);
      } else if (bornBy.containsKey(s.task)) {
        after.add(bornBy.get(s.task));
      }
      if (clock >= 0) {
        after.add(clock);
      }
      if (s.task == CLOCK) {
        for (int j = Math.max(0, clock); j < k; j++) {
          after.add(j);
        }
        clock = k;
      }
      for (Map.Entry<Long, Access> e : s.touched.entrySet()) {
        long object = e.getKey();
        Access how = e.getValue();
        Integer writer = writers.get(object);
        if (writer != null) {
          after.add(writer);
        }
        List<Integer> since = others.computeIfAbsent(object, o -> new ArrayList<>());
        since.stream()
            .filter(o -> how.conflictsWith(steps.get(o).touched.get(object)))
            .forEach(after::add);
        if (how == Access.READ || how == Access.ADD) {
          since.add(k);
        } else {
          since.clear();
          writers.put(object, k);
        }
      }
      for (int t : s.born) {
        bornBy.put(t, k);
      }
      after.remove(k);
      all.add(after);
    }
    return all;
  }

  // ---- runs ------------------------------------------------------------------------------------

  private abstract class Recording implements Strategy, Observer {
    final List<Made> steps = new ArrayList<>();
    Machine machine;
    String difference;
    private Task acting;
    private TreeMap<Long, Access> touched = new TreeMap<>();
    private List<Integer> data = new ArrayList<>();
    private int[] born = {};

    @Override
    public boolean begin(Machine m) {
      return true;
    }

    final void endStep() {
      if (acting != null) {
        Made s = new Made(acting.index(), touched, data, born);
        steps.add(s);
        made(s);
        touched = new TreeMap<>();
        data = new ArrayList<>();
        born = new int[0];
        acting = null;
      }
    }

    void made(Made s) {}

    abstract Task choose(Choice choice);

    @Override
    public final Task next(Choice choice) {
      endStep();
      if (difference != null) {
        return null;
      }
      acting = choose(choice);
      return acting;
    }

    /** The value of a choice of data, of which the step has made so many before. */
    abstract int value(int made, int bound);

    @Override
    public final int nextInt(int bound) {
      int value = value(data.size(), bound);
      data.add(value);
      return value;
    }

    @Override
    public final void step(Task task, Shared object, Access access) {
      touch(task, object, access);
    }

    @Override
    public final void touch(Task task, Shared object, Access access) {
      if (object != null && acting != null) {
        names.computeIfAbsent(object.id(), id -> object.identity());
        touched.merge(object.id(), access, (a, b) -> a == b ? a : Access.WRITE);
      }
    }

    @Override
    public void blocked(Task task, Blocker blocker) {}

    @Override
    public final void spawned(Task maker, Task task) {
      if (acting != null) {
        touched.put(TASKS, Access.WRITE);
        names.put(TASKS, "the list of tasks");
        born = Arrays.copyOf(born, born.length + 1);
        born[born.length - 1] = task.index();
      }
    }
  }

  /** Any task, and mostly the one that went on last. */
  private final class Chance extends Recording {
    private final SplittableRandom random;

    Chance(SplittableRandom random) {
      this.random = random;
    }

    @Override
    Task choose(Choice choice) {
      if (steps.size() == MAX_STEPS) {
        return null;
      }
      Task current = choice.current();
      if (current != null && choice.isEnabled(current) && random.nextInt(3) > 0) {
        return current;
      }
      List<Task> able = new ArrayList<>();
      for (int i = CLOCK; i < choice.taskCount(); i++) {
        if (choice.isEnabled(choice.task(i))) {
          able.add(choice.task(i));
        }
      }
      return able.get(random.nextInt(able.size()));
    }

    @Override
    int value(int made, int bound) {
      return random.nextInt(bound);
    }
  }

  /** The steps of another run, in an order. */
  private final class Again extends Recording {
    private final List<Made> wanted;
    private final int[] order;
    private int at;

    Again(List<Made> wanted, int[] order) {
      this.wanted = wanted;
      this.order = order;
    }

    @Override
    Task choose(Choice choice) {
      if (at == order.length) {
        return null;
      }
      Made s = wanted.get(order[at]);
      Task t = s.task < choice.taskCount() ? choice.task(s.task) : null;
      if (t == null || !choice.isEnabled(t)) {
        difference = "step " + order[at] + " cannot be made, by " + (t == null ? s.task : t.name());
        return null;
      }
      at++;
      return t;
    }

    @Override
    int value(int made, int bound) {
      List<Integer> data = wanted.get(order[at - 1]).data;
      return made < data.size() ? data.get(made) : 0;
    }

    @Override
    void made(Made s) {
      Made was = wanted.get(order[at - 1]);
      if (!s.touched.equals(was.touched) || s.data.size() != was.data.size()) {
        difference =
            "step "
                + order[at - 1]
                + " of "
                + machine.task(s.task).name()
                + " touches "
                + without(s, was)
                + " where it touched "
                + without(was, s);
      }
    }
  }

  private String without(Made s, Made other) {
    List<String> all = new ArrayList<>();
    s.touched.forEach(
        (id, how) -> {
          if (how != other.touched.get(id)) {
            String verb = how == Access.READ ? " (reads)" : how == Access.ADD ? " (adds)" : "";
            all.add(names.get(id) + verb);
          }
        });
    return all.toString();
  }
}
