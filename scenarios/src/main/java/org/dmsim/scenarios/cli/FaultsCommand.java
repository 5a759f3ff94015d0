package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Result;
import org.dmsim.explore.Result.Ending;
import org.dmsim.faults.FaultHunt;
import org.dmsim.faults.FaultSearch;
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
      "Looks for each fault that was put in on purpose: with the explorer, and in schedules drawn",
      "at random; and for anything at all in its sound twin, the same program without the fault.",
      "A fault passes if the explorer or a random schedule finds it and nothing is found in its",
      "twin; ends with 'N passed, M failed'."
    })
final class FaultsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PART",
      description = "Only faults whose name begins so: srcu, rcu, bracket, srcu/one-scan.")
  private String part = "";

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "--markdown", description = "Print a table for a document.")
  private boolean markdown;

  /** One fault and what became of it; times in milliseconds. */
  private record Row(
      PlantedFault fault,
      Result explored,
      long exploredMs,
      Result twin,
      FaultHunt.Result random,
      long randomMs,
      FaultHunt.Result randomTwin) {

    static Row of(PlantedFault f) {
      long begun = System.nanoTime();
      Result explored = FaultSearch.faulty(f);
      long searched = System.nanoTime();
      FaultHunt.Result random = FaultHunt.faulty(f);
      long hunted = System.nanoTime();
      return new Row(
          f,
          explored,
          (searched - begun) / 1_000_000,
          FaultSearch.sound(f),
          random,
          (hunted - searched) / 1_000_000,
          FaultHunt.sound(f));
    }

    boolean isExplored() {
      return explored.ending() == Ending.VIOLATION;
    }

    boolean isTwinSound() {
      boolean nothing = twin.ending() == Ending.EXHAUSTED || twin.ending() == Ending.BOUND_REACHED;
      return nothing && !randomTwin.isFound();
    }

    boolean isPassed() {
      return (isExplored() || random.isFound()) && isTwinSound();
    }

    String byExplorer() {
      return isExplored() ? explored.explored() + "" : verdict(explored);
    }

    String atRandom() {
      return random.isFound() ? random.runs() + "" : "not in " + random.runs();
    }

    /** The line by which the fault shows, and what is wrong with the twin if anything is. */
    String by() {
      String found = explored.finding().map(Finding::headline).orElse(random.what());
      String twins = twin.finding().map(Finding::headline).orElse(randomTwin.what());
      return twins.isEmpty() ? found : found + "; ITS TWIN FAILS: " + twins;
    }

    static String verdict(Result r) {
      String word = r.ending().name().replace('_', '-') + " " + r.explored();
      return r.bound().isEmpty() ? word : word + " (" + r.bound() + ")";
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
      out.println(
          "| fault | what is wrong | explorer: schedule | in | its sound twin"
              + " | random: schedule | in | by |");
      out.println("|---|---|--:|--:|---|--:|--:|---|");
    } else if (!json) {
      out.printf(
          "%-" + width + "s  %8s %8s  %9s %8s  %s%n",
          "found in schedule",
          "explorer",
          "in",
          "at random",
          "in",
          "sound twin");
    }
    for (PlantedFault f : faults) {
      Row row = Row.of(f);
      rows.add(row);
      if (!json) {
        print(out, row, width);
      }
    }
    if (json) {
      out.println(asJson(rows));
    }
    long failed = rows.stream().filter(r -> !r.isPassed()).count();
    if (!markdown && !json) {
      out.println();
      out.println(rows.size() - failed + " passed, " + failed + " failed");
    }
    return failed == 0 ? Verdict.CLEAN.status() : Verdict.VIOLATION.status();
  }

  private void print(PrintWriter out, Row row, int width) {
    if (markdown) {
      out.println(
          "| "
              + String.join(
                  " | ",
                  "`" + row.fault.name() + "`",
                  row.fault.what(),
                  row.byExplorer(),
                  row.exploredMs + " ms",
                  Row.verdict(row.twin),
                  row.atRandom(),
                  row.randomMs + " ms",
                  row.by())
              + " |");
      return;
    }
    out.printf(
        "%-" + width + "s  %8s %5d ms  %9s %5d ms  %s%n",
        row.fault.name(),
        row.byExplorer(),
        row.exploredMs,
        row.atRandom(),
        row.randomMs,
        Row.verdict(row.twin));
    out.println("    " + row.fault.what());
    out.println("    " + row.by());
    out.flush();
  }

  private static JsonArray asJson(List<Row> rows) {
    JsonArray all = new JsonArray();
    for (Row r : rows) {
      JsonObject o = new JsonObject();
      o.addProperty("fault", r.fault.name());
      o.addProperty("what", r.fault.what());
      o.addProperty("passed", r.isPassed());
      o.addProperty("foundByExplorer", r.isExplored());
      o.addProperty("explored", r.explored.explored());
      o.addProperty("foundAtRandom", r.random.isFound());
      o.addProperty("random", r.random.runs());
      o.addProperty("by", r.by());
      o.addProperty("twin", r.twin.ending().name().replace('_', '-'));
      o.addProperty("twinBound", r.twin.bound());
      o.addProperty("twinExplored", r.twin.explored());
      o.addProperty("twinRandom", r.randomTwin.runs());
      o.addProperty("twinIsSound", r.isTwinSound());
      all.add(o);
    }
    return all;
  }
}
