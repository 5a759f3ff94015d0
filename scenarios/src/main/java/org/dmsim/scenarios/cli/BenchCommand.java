package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.bench.Benchmark;
import org.dmsim.scenarios.bench.Benchmarks;
import org.dmsim.scenarios.script.Similar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim bench}: measures, and prints a table. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures one thing and prints a table; without a name, says what there is.")
final class BenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "What to measure.")
  private String name;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (name == null) {
      Benchmarks.all().forEach(b -> out.printf("%-10s %s%n", b.name(), b.shows()));
      return 0;
    }
    List<String> names = Benchmarks.all().stream().map(Benchmark::name).toList();
    Benchmark benchmark =
        Benchmarks.find(name)
            .orElseThrow(
                () ->
                    new UsageError(
                        "no benchmark '"
                            + name
                            + "'"
                            + Similar.hint(name, names, "; write: dmsim bench")));
    Benchmark.Table table = benchmark.measure();
    if (json) {
      out.println(asJson(table));
    } else {
      print(out, table);
    }
    return 0;
  }

  private static void print(PrintWriter out, Benchmark.Table table) {
    int columns = table.columns().size();
    int[] widths = new int[columns];
    for (int c = 0; c < columns; c++) {
      int column = c;
      widths[c] =
          Math.max(
              table.columns().get(c).length(),
              table.rows().stream().mapToInt(r -> r.get(column).length()).max().orElse(0));
    }
    out.println(line(table.columns(), widths));
    table.rows().forEach(r -> out.println(line(r, widths)));
    table.notes().forEach(out::println);
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder(("%-" + widths[0] + "s").formatted(cells.getFirst()));
    for (int c = 1; c < widths.length; c++) {
      line.append("  ").append(("%" + widths[c] + "s").formatted(cells.get(c)));
    }
    return line.toString().stripTrailing();
  }

  private static JsonArray asJson(Benchmark.Table table) {
    JsonArray rows = new JsonArray();
    for (List<String> row : table.rows()) {
      JsonObject o = new JsonObject();
      for (int c = 0; c < table.columns().size(); c++) {
        String column = table.columns().get(c);
        o.addProperty(column.isEmpty() ? "what" : column, row.get(c));
      }
      rows.add(o);
    }
    return rows;
  }
}
