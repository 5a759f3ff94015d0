package org.dmsim.scenarios.cli;

import java.util.List;
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
    description = "Makes a run again, by the token that a VIOLATION line shows: v1 or v2.")
final class ReplayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..2",
      paramLabel = "FILE|NAME|TOKEN",
      description = "The scenario that was run, and the token. A v2 token knows its scenario.")
  private List<String> words;

  @Mixin private MachineOptions machine;

  @Option(
      names = "--schedule",
      paramLabel = "TOKEN",
      description = "The token, v1:... of a run or v2:... of a search, as VIOLATION shows it.")
  private String schedule;

  @Option(names = "--trace", description = "Also print every block event as blkparse does.")
  private boolean trace;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private PictureFiles pictures;

  @Override
  public Integer call() {
    String scenario = isToken(words.getFirst()) ? null : words.getFirst();
    String token = token(scenario);
    if (token.startsWith("v2:") || scenario == null) {
      if (trace) {
        throw new UsageError("--trace is for the tokens of dmsim run, v1:...");
      }
      return new ReplayOfSearch(spec.commandLine().getOut(), machine, json, pictures)
          .show(ReplayOfSearch.token("--schedule", token), scenario);
    }
    return again(scenario, token);
  }

  private static boolean isToken(String word) {
    return word.startsWith("v1:") || word.startsWith("v2:");
  }

  private String token(String scenario) {
    String second = words.size() > 1 ? words.get(1) : scenario == null ? words.getFirst() : null;
    if (second != null && schedule != null) {
      throw new UsageError("two tokens: " + second + " and " + schedule + "; leave one out");
    }
    if (second == null && schedule == null) {
      throw new UsageError("replay needs TOKEN; write: dmsim replay " + scenario + " TOKEN");
    }
    return second == null ? schedule : second;
  }

  private int again(String scenario, String token) {
    Script script = Scripts.read(scenario);
    Overrides overrides = machine.overrides();
    Schedule made = schedule(token);
    try {
      return RunCommand.print(
          spec.commandLine().getOut(),
          script,
          overrides,
          json,
          trace,
          pictures,
          listener -> new ScriptRun(script, overrides, listener).tracing(trace),
          run -> run.replay(made));
    } catch (Replay.Diverged e) {
      throw new UsageError(
          e.getMessage()
              + "; the token is of another script, another machine or another version of dmsim");
    }
  }

  private static Schedule schedule(String token) {
    try {
      return Schedule.parse(token);
    } catch (IllegalArgumentException e) {
      throw new UsageError("--schedule: " + e.getMessage());
    }
  }
}
