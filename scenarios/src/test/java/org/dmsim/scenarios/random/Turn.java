package org.dmsim.scenarios.random;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.cli.CommandLineTool;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.RunResult;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Step;

/** One machine's turn in this JVM, as text: all that it answered and reported. */
public final class Turn {

  private Turn() {}

  /**
   * Runs one.
   *
   * @param what a program's name, or {@code random:SEED}
   */
  public static String of(String what) {
    if (!what.startsWith("random:")) {
      return explored(what);
    }
    long seed = Long.parseLong(what.substring("random:".length()));
    List<String> said = new ArrayList<>();
    Listener listener =
        new Listener() {
          @Override
          public void answers(String task, Step step, List<String> lines) {
            said.add(task + "> " + step.text() + " " + lines);
          }
        };
    Overrides overrides =
        new Overrides(null, null, 0, null, Configuration.Coroutines.AUTOMATIC, 20_000);
    RunResult run =
        new ScriptRun(ScriptParser.parse(what, RandomPlay.script(seed)), overrides, listener).run();
    run.reports().forEach(r -> said.add(r.text()));
    said.add(run.outcome().end().toString());
    return String.join("\n", said);
  }

  private static String explored(String name) {
    StringWriter out = new StringWriter();
    PrintWriter to = new PrintWriter(out);
    new CommandLineTool(to, to).run("explore", name, "--max-schedules", "1");
    return out.toString();
  }

  /** Every program that can be explored, and some random scripts. */
  static List<String> all(int randomScripts) {
    List<String> all = new ArrayList<>(Programs.names());
    for (int seed = 0; seed < randomScripts; seed++) {
      all.add("random:" + seed);
    }
    return all;
  }
}
