package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.faults.FaultHunt;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.PlantedFaults;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim faults}: looks for the faults that were put in on purpose, and prints a table. */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    description = {
      "Looks for each fault that was put in on purpose, in schedules drawn at random, and for",
      "anything at all in the same program without it; prints what was found after how many."
    })
final class FaultsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PART",
      description = "Only faults whose name begins so: srcu, rcu, live-table, srcu/one-scan.")
  private String part = "";

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "--markdown", description = "Print a table for a document.")
  private boolean markdown;

  /** One fault and what became of it. */
  private record Row(PlantedFault fault, FaultHunt.Result found, FaultHunt.Result twin) {

    boolean isAsItShouldBe() {
      return found.isFound() && !twin.isFound();
    }
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<PlantedFault> faults =
        PlantedFaults.all().stream().filter(f -> f.name().startsWith(part)).toList();
    if (faults.isEmpty()) {
      throw new UsageError("no fault '" + part + "'; write: dmsim faults");
    }
    List<Row> rows = new ArrayList<>();
    int width = faults.stream().mapToInt(f -> f.name().length()).max().orElse(0);
    if (markdown) {
      out.println("| fault | what is wrong | found after | in | by |");
      out.println("|---|---|--:|--:|---|");
    }
    for (PlantedFault f : faults) {
      long begun = System.nanoTime();
      FaultHunt.Result found = FaultHunt.faulty(f);
      long ms = (System.nanoTime() - begun) / 1_000_000;
      Row row = new Row(f, found, FaultHunt.sound(f));
      rows.add(row);
      if (!json) {
        print(out, row, width, ms);
      }
    }
    if (json) {
      out.println(asJson(rows));
    }
    long wrong = rows.stream().filter(r -> !r.isAsItShouldBe()).count();
    if (!markdown && !json) {
      out.println();
      out.println(
          (wrong == 0 ? Verdict.CLEAN : Verdict.VIOLATION)
              + "  "
              + (rows.size() - wrong)
              + " of "
              + rows.size()
              + " faults found, and nothing in "
              + FaultHunt.SOUND_RUNS
              + " schedules of each sound twin");
    }
    return wrong == 0 ? Verdict.CLEAN.status() : Verdict.VIOLATION.status();
  }

  private void print(PrintWriter out, Row row, int width, long ms) {
    String after = row.found.isFound() ? row.found.runs() + "" : "survives";
    String note = row.twin.isFound() ? "; ITS TWIN FAILS: " + row.twin.what() : "";
    if (markdown) {
      out.println(
          "| `"
              + row.fault.name()
              + "` | "
              + row.fault.what()
              + " | "
              + after
              + " | "
              + ms
              + " ms | "
              + row.found.what()
              + note
              + " |");
      return;
    }
    out.printf(
        "%-" + width + "s  %8s schedules  %6d ms  %s%n",
        row.fault.name(),
        after,
        ms,
        row.fault.what());
    out.printf("%" + width + "s  %s%s%n", "", row.found.what(), note);
    out.flush();
  }

  private static JsonArray asJson(List<Row> rows) {
    JsonArray all = new JsonArray();
    for (Row r : rows) {
      JsonObject o = new JsonObject();
      o.addProperty("fault", r.fault.name());
      o.addProperty("what", r.fault.what());
      o.addProperty("found", r.found.isFound());
      o.addProperty("schedules", r.found.runs());
      o.addProperty("by", r.found.what());
      o.addProperty("twinIsSound", !r.twin.isFound());
      all.add(o);
    }
    return all;
  }
}
