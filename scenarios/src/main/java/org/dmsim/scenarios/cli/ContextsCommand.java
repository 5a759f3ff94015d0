package org.dmsim.scenarios.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.scenarios.contexts.ContextTable;
import org.dmsim.version.KernelVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmsim contexts}: what may be done where. */
@Command(
    name = "contexts",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what may be done where: rows operations, columns contexts, one mark a cell.",
      "With --context and --operation, everything that the kernel says in that cell."
    })
final class ContextsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--context", paramLabel = "C", description = "Only this context.")
  private String context;

  @Option(names = "--operation", paramLabel = "O", description = "Only this operation.")
  private String operation;

  @Option(
      names = "--preempt",
      paramLabel = "M",
      defaultValue = "full",
      description = "full, voluntary, none or rt.")
  private String preempt;

  @Option(
      names = "--kernel",
      paramLabel = "VERSION",
      description = "Whose checks; a recorded one if it is not said.")
  private String kernel;

  @Option(names = "--markdown", description = "Print the table as Markdown.")
  private boolean markdown;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ContextTable table;
    try {
      PreemptionModel model = PreemptionModel.parse(preempt);
      KernelVersion asked =
          kernel != null
              ? KernelVersion.parse(kernel)
              : model.isRealtime() ? KernelVersion.RECORDED_6_12 : KernelVersion.RECORDED;
      table = ContextTable.of(context, operation, asked, model);
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage());
    }
    (table.isOneCell() ? table.report() : markdown ? table.markdown() : table.text())
        .forEach(out::println);
    return 0;
  }
}
