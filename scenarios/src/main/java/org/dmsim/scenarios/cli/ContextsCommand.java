package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
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
      description = "Whose checks; 6.12.117 if it is not said.")
  private String kernel;

  @Option(names = "--markdown", description = "Print the table as Markdown.")
  private boolean markdown;

  @Option(names = "--json", description = "Print JSON: a cell's mark, and what it stands for.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ContextTable table;
    try {
      PreemptionModel model = PreemptionModel.parse(preempt);
      KernelVersion asked = kernel != null ? KernelVersion.parse(kernel) : KernelVersion.newest();
      table = ContextTable.of(context, operation, asked, model);
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage());
    }
    if (json && markdown) {
      throw new UsageError("--json and --markdown are two formats; leave one of them out");
    }
    if (json) {
      out.println(asJson(table));
      return 0;
    }
    (table.isOneCell() ? table.report() : markdown ? table.markdown() : table.text())
        .forEach(out::println);
    return 0;
  }

  private static JsonObject asJson(ContextTable table) {
    JsonObject o = new JsonObject();
    o.addProperty("kernel", table.kernel().toString());
    o.addProperty("preempt", table.preemption().toString());
    JsonArray cells = new JsonArray();
    for (ContextTable.Marked m : table.marks()) {
      JsonObject cell = new JsonObject();
      cell.addProperty("context", m.context().toString());
      cell.addProperty("operation", m.operation().toString());
      cell.addProperty("mark", m.mark());
      cell.addProperty("meaning", m.meaning());
      JsonArray reports = new JsonArray();
      m.reports().forEach(r -> reports.add(r.headline()));
      cell.add("reports", reports);
      cells.add(cell);
    }
    o.add("cells", cells);
    return o;
  }
}
