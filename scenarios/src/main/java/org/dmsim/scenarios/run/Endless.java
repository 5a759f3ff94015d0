package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dmsim.machine.Access;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.scenarios.script.Script;
import org.dmsim.strategy.Replay;
import org.dmsim.strategy.Schedule;

/**
 * Looks how a run goes on that reached its bound on steps: whether it makes the same steps, on
 * objects of the same names, over and over. A bio that is mapped to its own device does so, each
 * time with a new clone.
 */
final class Endless implements Observer {

  /** Steps at the end that are looked at. */
  private static final int WINDOW = 20_000;

  /** So often at least a cycle was made in them. */
  private static final int TIMES = 8;

  private static final int SHOWN = 40;

  private final Machine machine;
  private final long from;
  private final List<String> steps = new ArrayList<>();
  private final List<String> tasks = new ArrayList<>();

  private Endless(Machine machine, long from) {
    this.machine = machine;
    this.from = from;
  }

  /** Makes the run again up to its bound; its outcome, with a report if it goes round. */
  static Outcome look(Script script, Configuration c, Schedule schedule, Outcome cut) {
    Machine machine = new Machine(c.withPositions(false), new Replay(schedule));
    Endless seen = new Endless(machine, cut.steps() - WINDOW);
    machine.observe(seen);
    KernelCommands commands = KernelCommands.boot(script, machine);
    new ScriptTasks(script, machine, commands, Listener.NONE, ScriptTasks.Answers.RECORDED);
    machine.run();
    int period = seen.period();
    return period == 0
        ? cut
        : new Outcome(
            cut.end(),
            List.of(seen.report(period, cut.steps())),
            cut.log(),
            cut.steps(),
            cut.now());
  }

  @Override
  public void step(Task task, Shared object, Access access) {
    if (machine.step() > from && object != null) {
      steps.add(task.name() + ": " + object.label() + (access == Access.READ ? "" : ", changed"));
      tasks.add(task.name());
    }
  }

  /** Steps after which everything comes again, at the end; 0 if it does not. */
  private int period() {
    int n = steps.size();
    for (int p = 1; p <= n / TIMES; p++) {
      int same = 0;
      while (same < n - p && steps.get(n - 1 - same).equals(steps.get(n - 1 - same - p))) {
        same++;
      }
      if (same >= Math.max(n / 2, (TIMES - 1) * p)) {
        return p;
      }
    }
    return 0;
  }

  private Report report(int period, long at) {
    int n = steps.size();
    Set<String> names = new LinkedHashSet<>(tasks.subList(n - period, n));
    String headline =
        "LIVELOCK: "
            + String.join(" and ", names)
            + (names.size() == 1 ? " makes" : " make")
            + " the same steps for ever";
    List<String> lines = new ArrayList<>();
    lines.add(headline);
    lines.add("the run was given up after " + at + " steps; these come again and again:");
    steps.subList(n - period, n).stream().limit(SHOWN).forEach(s -> lines.add("  " + s));
    if (period > SHOWN) {
      lines.add("  (and " + (period - SHOWN) + " more)");
    }
    return new Report(Check.LIVELOCK, headline, lines, at, Report.Counts.NONE);
  }
}
