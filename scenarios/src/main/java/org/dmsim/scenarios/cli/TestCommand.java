package org.dmsim.scenarios.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.run.ExpectationCheck;
import org.dmsim.scenarios.script.Script;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim test}: holds scripts against their {@code expect} lines. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = "Holds scripts against their expect lines; ends with 'N passed, M failed'.")
final class TestCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|NAME",
      description = "Scripts, or built-in scenarios.")
  private List<String> scenarios = new ArrayList<>();

  @Mixin private MachineOptions machine;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Script> scripts = scenarios.stream().map(Scripts::read).toList();
    int passed = 0;
    int failed = 0;
    for (Script script : scripts) {
      for (ExpectationCheck.Result r : ExpectationCheck.of(script, machine.overrides())) {
        out.println((r.failures().isEmpty() ? "ok      " : "FAILED  ") + r.name());
        r.failures().forEach(f -> out.println("        " + f));
        passed += r.failures().isEmpty() ? 1 : 0;
        failed += r.failures().isEmpty() ? 0 : 1;
      }
    }
    out.println(passed + " passed, " + failed + " failed");
    return failed == 0 ? 0 : Verdict.VIOLATION.status();
  }
}
