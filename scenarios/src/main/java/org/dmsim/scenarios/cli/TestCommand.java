package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.dmsim.scenarios.run.ExpectationCheck;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim test}: holds scripts against their {@code expect} lines. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = "Holds scripts against their expect lines; ends with 'N passed, M failed'.",
    footer = {
      "",
      "A script that is wrong itself counts as failed, and the status is then 2.",
    })
final class TestCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|NAME",
      description = "Scripts, or built-in scenarios; - is standard input.")
  private List<String> scenarios = new ArrayList<>();

  @Mixin private MachineOptions machine;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Also write the results as JUnit's XML, for a CI server to read.")
  private Path junit;

  @Option(names = "--tap", description = "Print the results as TAP, version 14.")
  private boolean tap;

  @Override
  public Integer call() {
    Writer xml = junit == null ? null : open(junit);
    TestResults results = new TestResults();
    PrintWriter out = spec.commandLine().getOut();
    TestProgress progress = new TestProgress(Terminal.isErr() ? System.err : null);
    for (String name : scenarios) {
      progress.at(name, results);
      check(
          name,
          results,
          t -> {
            progress.clear();
            if (!tap) {
              TestResults.print(out, t.result());
            }
            progress.at(name, results);
          });
    }
    progress.clear();
    if (xml != null) {
      write(xml, results);
    }
    if (tap) {
      results.printTap(out);
    } else {
      out.println(results.summary());
    }
    return results.status();
  }

  private void check(String name, TestResults results, Consumer<TestResults.Timed> told) {
    Script script;
    long[] start = {System.nanoTime()};
    try {
      script = Scripts.read(name);
    } catch (ScriptError e) {
      told.accept(results.add(name, ExpectationCheck.Result.wrong(name, e), start[0]));
      return;
    }
    ExpectationCheck.of(
        script,
        machine.overrides(),
        r -> {
          told.accept(results.add(name, r, start[0]));
          start[0] = System.nanoTime();
        });
  }

  /** Opened before the first run, so that nobody waits for results that cannot be written. */
  private static Writer open(Path file) {
    try {
      return Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private void write(Writer xml, TestResults results) {
    try (xml) {
      results.writeXml(xml);
    } catch (IOException e) {
      throw cannotWrite(junit, e);
    }
  }

  private static UsageError cannotWrite(Path file, IOException e) {
    return new UsageError("--junit: cannot write " + file + ": " + IoWords.of(e));
  }
}
