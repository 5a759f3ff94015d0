package org.dmsim.scenarios.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.dmsim.machine.MemoryModel;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.version.KernelVersion;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code dmsim completion}: what makes a shell complete commands, options, kernels and names. */
@Command(
    name = "completion",
    header = "Prints what makes bash or zsh complete dmsim's commands, options and names.",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a script that makes bash or zsh complete commands, options, kernels and the names of",
      "scenarios. Put this line into ~/.bashrc or ~/.zshrc:",
      "",
      "  source <(dmsim completion)"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  /** The releases that {@code --kernel} knows. */
  static final class Kernels implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      List<String> names = new ArrayList<>();
      KernelVersion.releases().forEach(v -> names.add(v.toString()));
      names.add(KernelVersion.RECORDED.toString());
      names.add(KernelVersion.RECORDED_6_12.toString());
      return names.iterator();
    }
  }

  /** Preemption models. */
  static final class Models implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("full", "voluntary", "none", "rt").iterator();
    }
  }

  /** Memory models. */
  static final class Memory implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(MemoryModel.values()).map(MemoryModel::toString).iterator();
    }
  }

  /** Built-in scripts, exhibits, futex scenarios, classic programs. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Programs.names().iterator();
    }
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    CommandLine whole = new CommandLineTool(out, spec.commandLine().getErr()).commandLine(null);
    out.print(AutoComplete.bash("dmsim", whole));
    return 0;
  }
}
