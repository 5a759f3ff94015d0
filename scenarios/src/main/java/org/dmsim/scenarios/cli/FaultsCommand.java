package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.hunt.PlantedFaults;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim faults}: looks for the faults that were put in on purpose, and prints a table. */
@Command(
    name = "faults",
    header = "Looks for each fault that was put in on purpose, and for any in its sound twin.",
    mixinStandardHelpOptions = true,
    description = {
      "Looks for each fault that was put in on purpose: with the explorer, and in schedules drawn",
      "at random; and for anything at all in its sound twin, the same program without the fault.",
      "A fault passes if the explorer finds it, Lincheck too where it was asked, and nothing is",
      "found in its twin; ends with 'N passed, M failed'."
    })
final class FaultsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PART",
      description = "Only faults whose name begins so: srcu, rcu, live-table, srcu/no-f.")
  private String part = "";

  @Option(
      names = "--lincheck",
      description =
          "Look with Lincheck as well, on real threads, for those faults that can be made there; "
              + "takes minutes.")
  private boolean withLincheck;

  @Option(
      names = "--memory",
      description =
          "Look for missing barriers instead, in every schedule under sc, tso and pso, and say"
              + " which model shows what ('dmsim help memory').")
  private boolean memory;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--markdown",
      description = "Print a table for a document; with --memory, scenarios/SRCU-BARRIERS.md.")
  private boolean markdown;

  @Override
  public Integer call() {
    if (memory) {
      if (withLincheck || (markdown && (json || !part.isEmpty()))) {
        throw new UsageError("--memory goes with PART, --json, or --markdown alone");
      }
      if (markdown) {
        BarrierPage.lines().forEach(spec.commandLine().getOut()::println);
        return Verdict.CLEAN.status();
      }
      MemoryFaultTable table = new MemoryFaultTable(spec.commandLine().getOut(), part);
      return json ? table.json() : table.print();
    }
    List<PlantedFault> faults =
        PlantedFaults.all().stream().filter(f -> f.name().startsWith(part)).toList();
    if (faults.isEmpty()) {
      throw new UsageError("no fault '" + part + "'; write: dmsim faults");
    }
    if (!withLincheck) {
      return look(faults, null);
    }
    try (LincheckFaults lincheck = new LincheckFaults(faults)) {
      return look(faults, lincheck);
    }
  }

  private int look(List<PlantedFault> faults, LincheckFaults lincheck) {
    PrintWriter out = spec.commandLine().getOut();
    List<FaultRow> rows = new ArrayList<>();
    int width = faults.stream().mapToInt(f -> f.name().length()).max().orElse(0);
    printHead(out, width);
    for (PlantedFault f : faults) {
      FaultRow row = FaultRow.of(f, lincheck);
      rows.add(row);
      if (markdown) {
        out.println(row.asMarkdown(withLincheck));
      } else if (!json) {
        print(out, row, width);
      }
      out.flush();
    }
    long failed = rows.stream().filter(r -> !r.isPassed()).count();
    if (json) {
      JsonArray all = new JsonArray();
      rows.forEach(r -> all.add(r.asJson()));
      out.println(all);
    } else if (!markdown) {
      out.println();
      out.println(rows.size() - failed + " passed, " + failed + " failed");
    }
    return failed == 0 ? Verdict.CLEAN.status() : Verdict.VIOLATION.status();
  }

  private void printHead(PrintWriter out, int width) {
    if (markdown) {
      String more = withLincheck ? " Lincheck: invocation | in |" : "";
      out.println(
          "| fault | what is wrong | explorer: schedule | in | its sound twin"
              + " | random: schedule | in |"
              + more
              + " by |");
      out.println("|---|---|--:|--:|---|--:|--:|" + (withLincheck ? "--:|--:|" : "") + "---|");
    } else if (!json) {
      out.print(pad("found in schedule", width) + "  explorer       in  at random       in");
      out.println((withLincheck ? "   Lincheck       in" : "") + "  sound twin");
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private void print(PrintWriter out, FaultRow row, int width) {
    out.printf(
        "%s  %8s %5d ms  %9s %5d ms",
        pad(row.fault().name(), width),
        row.byExplorer(),
        row.exploredMs(),
        row.atRandom(),
        row.randomMs());
    if (row.lincheck() != null) {
      out.printf("  %9s %5d ms", row.byLincheck(), row.lincheck().ms());
    } else if (withLincheck) {
      out.printf("  %9s %8s", "n/a", "");
    }
    out.println("  " + row.twinVerdict());
    out.println("    " + row.fault().what());
    out.println("    " + row.by());
  }
}
