package org.dmsim.scenarios.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.machine.Machine;
import org.dmsim.scenarios.picture.PictureOf;
import org.dmsim.scenarios.run.Btt;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.RunResult;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.Script;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim run}: one run of a script, and what was found in it. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs a script once: every command with its answer, every report, the verdict.")
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE|NAME",
      completionCandidates = CompletionCommand.Names.class,
      description = "A script, or a built-in scenario ('dmsim list').")
  private String scenario;

  @Mixin private MachineOptions machine;

  @Option(names = "--trace", description = "Also print every block event as blkparse does.")
  private boolean trace;

  @Option(
      names = "--follow",
      paramLabel = "N",
      description =
          "Print the way of the Nth bio: its events, its clones' and its pieces', those below"
              + " another device further right.")
  private Integer follow;

  @Option(
      names = "--btt",
      description =
          "Sum up per device how long bios took, as btt does: Q2C in all, Q2D until the device sent"
              + " them on, D2C from then on.")
  private boolean btt;

  @Option(
      names = "--watch",
      description =
          "Draw the tree of devices (dmsetup ls --tree) with counts of bios in place of answers,"
              + " again whenever virtual time passes and something is different.")
  private boolean watch;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private PictureFiles pictures;

  @Override
  public Integer call() {
    Script script = Scripts.read(scenario);
    Overrides overrides = machine.overrides();
    check();
    PrintWriter out = spec.commandLine().getOut();
    Btt summary = new Btt();
    Watched watched = new Watched(out, Terminal.isOut(), Terminal.width());
    Consumer<Machine> watcher =
        m -> {
          if (btt) {
            m.events().hear(BlockEvent.class, summary::event);
          }
          if (watch) {
            watched.accept(m);
          }
        };
    return print(
        out,
        script,
        overrides,
        json,
        trace || follow != null,
        pictures,
        listener -> prepared(script, overrides, watch ? Listener.NONE : listener, watcher),
        run -> {
          RunResult result = run.run();
          if (watch) {
            watched.finish();
          }
          if (btt) {
            summary.lines().forEach(out::println);
          }
          return result;
        });
  }

  private ScriptRun prepared(
      Script script, Overrides overrides, Listener listener, Consumer<Machine> watcher) {
    ScriptRun run = new ScriptRun(script, overrides, listener).tracing(trace).watchedBy(watcher);
    return follow == null ? run : run.following(follow);
  }

  private void check() {
    if (follow != null && follow < 1) {
      throw new UsageError("--follow " + follow + ": bios are counted from 1");
    }
    if (follow != null && trace) {
      throw new UsageError("--follow shows one bio, --trace all of them; leave one of them out");
    }
    if (json && (watch || btt || follow != null)) {
      throw new UsageError("--json goes with none of --watch, --btt, --follow");
    }
  }

  static int print(
      PrintWriter out,
      Script script,
      Overrides overrides,
      boolean json,
      boolean traced,
      PictureFiles pictures,
      Function<Listener, ScriptRun> prepared,
      Function<ScriptRun, RunResult> made) {
    overrides.apply(script.header()); // an impossible machine is refused before a word is printed
    pictures.check();
    PictureOf picture = pictures.watcher();
    Function<Listener, RunResult> run =
        listener ->
            made.apply(
                pictures.isAsked()
                    ? prepared.apply(listener).watchedBy(picture)
                    : prepared.apply(listener));
    if (json) {
      RunJson record = new RunJson();
      RunResult result = shown(run, record);
      pictures.write(script, overrides, result, picture);
      Verdict verdict = LastLines.verdict(result);
      out.println(record.finish(script, result, verdict));
      return verdict.status();
    }
    if (!script.title().isEmpty()) {
      out.println("# " + script.title());
    }
    RunResult result = shown(run, new RunTranscript(out, traced));
    pictures.write(script, overrides, result, picture);
    if (!result.unexpected().isEmpty()) {
      out.println();
      result.unexpected().forEach(u -> out.println("not as expected: " + u));
    }
    LastLines.print(out, script, overrides, result);
    return LastLines.verdict(result).status();
  }

  /** A run with a sign of life on the terminal, where its answers go elsewhere. */
  private static RunResult shown(Function<Listener, RunResult> run, Listener answers) {
    if (!Terminal.isErr() || Terminal.isOut()) {
      return run.apply(answers);
    }
    RunProgress progress = new RunProgress(answers, System.err, System::nanoTime);
    try {
      return run.apply(progress);
    } finally {
      progress.clear();
    }
  }
}
