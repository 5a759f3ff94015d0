package org.dmsim.scenarios.run;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dmsim.explore.Program;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Oops;
import org.dmsim.machine.Printed;
import org.dmsim.machine.SetUpWaits;
import org.dmsim.machine.Task;
import org.dmsim.scenarios.script.Phase;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.Step;
import org.dmsim.strategy.RoundRobin;

/**
 * A script as a program of the explorer: what is explored is how the tasks of its last part run
 * beside each other.
 *
 * <p>Commands before the tasks are made while the machine is set up, so they have one order. A
 * script that goes on after its tasks, has none, or has to wait before them, is run by its own main
 * task, with the times between commands that a run of it has. Its {@code prefer} and {@code seed}
 * lines, and what it expects of the whole run, say nothing here: order is what a search is about,
 * and it ends at the first report. Data and lines that it expects of a command hold in every
 * schedule: others are a finding. An errno that it neither expects nor allows makes it a wrong
 * script.
 */
public final class ScriptProgram implements Program {

  /** A run goes this far: some bugs leave a task that tries again for ever. */
  public static final long MAX_STEPS = 3_000;

  private static final String IN_AN_ORDER = " in one order of the tasks";

  private final Script script;
  private final Map<String, Boolean> waits = new ConcurrentHashMap<>();

  /** The script as a program. */
  public ScriptProgram(Script script) {
    this.script = script;
  }

  /** Works go to a CPU of their own, so that no order of tasks and works is left out. */
  @Override
  public Configuration adapt(Configuration configuration) {
    return configuration.withWorks(Configuration.Works.FOREIGN);
  }

  @Override
  public void load(Machine machine) {
    boolean alone = tasksAreLast() && !waits(machine.configuration());
    KernelCommands commands = KernelCommands.boot(script, machine);
    if (!alone) {
      new ScriptTasks(script, machine, commands, Listener.NONE, ScriptTasks.Answers.MEANT);
      return;
    }
    setUp(machine, commands);
    if (script.phases().getLast() instanceof Phase.Together t) {
      t.tasks()
          .forEach(
              b ->
                  machine.spawn(
                      b.name(), () -> perform(b.steps(), machine, commands, IN_AN_ORDER)));
    }
  }

  /**
   * Whether a command before the tasks has to wait on such a machine: for a worker to end, say.
   * What a script's set-up does depends on nothing else, so it is tried once, on a machine of its
   * own.
   */
  private boolean waits(Configuration c) {
    String key = c.kernel() + " " + c.preemption() + " " + c.cpus();
    Boolean known = waits.get(key);
    if (known == null) {
      Machine machine = new Machine(c, new RoundRobin());
      KernelCommands commands = KernelCommands.boot(script, machine);
      known = false;
      try {
        setUp(machine, commands);
      } catch (ScriptError wrong) {
        throw wrong;
      } catch (SetUpWaits | Oops | RuntimeException needsTask) {
        // What kills a task, or what a target of the user's throws, is a finding: in a task it can
        // be one.
        known = true;
      }
      waits.put(key, known);
    }
    return known;
  }

  private void setUp(Machine machine, KernelCommands commands) {
    for (Phase phase : script.phases()) {
      if (phase instanceof Phase.Sequence s) {
        machine.boot(() -> perform(s.steps(), machine, commands, ""));
      }
    }
  }

  /** Makes the commands of a script without tasks while a machine is set up. */
  public static void setUp(Machine machine, Script script) {
    KernelCommands commands = KernelCommands.boot(script, machine);
    for (Phase phase : script.phases()) {
      if (phase instanceof Phase.Sequence s) {
        machine.boot(() -> perform(s.steps(), machine, commands, ""));
      }
    }
  }

  private static void perform(
      List<Step> steps, Machine machine, KernelCommands commands, String when) {
    for (Step step : steps) {
      int logged = machine.log().size();
      CommandBegins.tell(step.text());
      List<String> lines = ScriptTasks.make(step, machine, commands);
      String answer = lines.getFirst();
      step.failure(answer)
          .filter(errno -> machine.reports().isEmpty())
          .ifPresent(
              errno -> {
                throw WrongAnswer.of(
                    step, errno, when, ownLog(machine, logged), commands.devices());
              });
      WrongAnswer.reportData(machine, step, answer, lines);
    }
  }

  private static List<String> ownLog(Machine machine, int from) {
    return machine.printed().stream()
        .skip(from)
        .filter(p -> p.by() == Task.current())
        .map(Printed::line)
        .toList();
  }

  private boolean tasksAreLast() {
    List<Phase> phases = script.phases();
    for (int i = 0; i < phases.size(); i++) {
      boolean together = phases.get(i) instanceof Phase.Together;
      boolean last = i == phases.size() - 1;
      if (together != last || needsTask(phases.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean needsTask(Phase phase) {
    return phase instanceof Phase.Sequence s && s.steps().stream().anyMatch(ScriptTasks::needsTask);
  }
}
