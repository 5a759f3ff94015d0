package org.dmsim.scenarios.cli;

import java.util.concurrent.Callable;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.Script;
import org.dmsim.strategy.Replay;
import org.dmsim.strategy.Schedule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim replay}: a recorded run again, the same to the byte. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Makes a run again, by the token that a VIOLATION line shows.")
final class ReplayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE|NAME", description = "The scenario that was run.")
  private String scenario;

  @Mixin private MachineOptions machine;

  @Option(
      names = "--schedule",
      required = true,
      paramLabel = "TOKEN",
      description = "The schedule: v1:...")
  private String token;

  @Option(names = "--trace", description = "Also print every block event as blkparse does.")
  private boolean trace;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Script script = Scripts.read(scenario);
    Overrides overrides = machine.overrides();
    Schedule schedule = schedule();
    try {
      return RunCommand.print(
          spec.commandLine().getOut(),
          script,
          overrides,
          json,
          trace,
          listener -> new ScriptRun(script, overrides, listener).tracing(trace).replay(schedule));
    } catch (Replay.Diverged e) {
      throw new UsageError(
          e.getMessage()
              + "; the token is of another script, another machine or another version of dmsim");
    }
  }

  private Schedule schedule() {
    try {
      return Schedule.parse(token);
    } catch (IllegalArgumentException e) {
      throw new UsageError("--schedule: " + e.getMessage());
    }
  }
}
