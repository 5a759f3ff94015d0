package org.dmsim.schedules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Configuration.ClockMode;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.version.KernelVersion;

/** Runs a program under many schedules and hands over each outcome; for tests of small programs. */
public final class Schedules {

  /** Sets up one machine: what is shared, and the tasks. */
  public interface Program {
    /** Called once a run, with a machine that has not run. */
    void setUp(Machine machine);
  }

  private Schedules() {}

  /** A configuration for searches. */
  public static Configuration configuration(PreemptionModel model, int cpus) {
    return Configuration.standard()
        .on(KernelVersion.RECORDED_6_12, model)
        .withCpus(cpus)
        .withPositions(false)
        .withMaxSteps(20_000);
  }

  /** As {@link #configuration}, where timers may go off at any time. */
  public static Configuration anyTime(PreemptionModel model, int cpus) {
    return configuration(model, cpus).withClock(ClockMode.ANY_TIME);
  }

  /** Runs random schedules. */
  public static void random(Configuration c, int runs, Program program, Consumer<Outcome> check) {
    Machine.withCarrier(
        nothing -> {
          for (int seed = 0; seed < runs; seed++) {
            Machine m = new Machine(c, new RandomWalk(seed));
            program.setUp(m);
            check.accept(m.run());
          }
          return null;
        });
  }

  /**
   * Runs every schedule, equal ones included.
   *
   * @return how many there are
   * @throws AssertionError if there are more than {@code limit}
   */
  public static int every(Configuration c, int limit, Program program, Consumer<Outcome> check) {
    Integer[] runs = {0};
    Machine.withCarrier(
        nothing -> {
          Enumeration strategy = new Enumeration();
          do {
            if (runs[0] == limit) {
              throw new AssertionError("more than " + limit + " schedules");
            }
            Machine m = new Machine(c, strategy);
            program.setUp(m);
            check.accept(m.run());
            runs[0]++;
          } while (strategy.advance());
          return null;
        });
    return runs[0];
  }

  /** Depth first: the last choice that has an alternative takes the next one. */
  private static final class Enumeration implements Strategy {
    private final List<int[]> choices = new ArrayList<>();
    private int depth;

    @Override
    public boolean begin(Machine machine) {
      depth = 0;
      return true;
    }

    @Override
    public Task next(Choice choice) {
      int enabled = 0;
      for (int i = 0; i < choice.taskCount(); i++) {
        enabled += choice.isEnabled(choice.task(i)) ? 1 : 0;
      }
      int wanted = nextInt(enabled);
      for (int i = 0; ; i++) {
        if (choice.isEnabled(choice.task(i)) && wanted-- == 0) {
          return choice.task(i);
        }
      }
    }

    @Override
    public int nextInt(int bound) {
      if (depth == choices.size()) {
        choices.add(new int[] {0, bound});
      }
      return choices.get(depth++)[0];
    }

    boolean advance() {
      while (!choices.isEmpty()) {
        int[] last = choices.getLast();
        if (++last[0] < last[1]) {
          return true;
        }
        choices.removeLast();
      }
      return false;
    }
  }
}
