package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.TableCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim table}: what the kernel says to a table, line by line; nothing is run. */
@Command(
    name = "table",
    mixinStandardHelpOptions = true,
    description =
        "Checks tables as dmsetup would load them, line by line, over the recorded cases' disks"
            + " (ram0 to ram7 of 64M, nullb0 and nullb1 of 1G).")
final class TableCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "Lines START LENGTH TYPE PARAMETERS, what dmsetup table prints of any number of devices,"
              + " what dmsetup create --concise takes, or a kernel command line with"
              + " dm-mod.create=.")
  private String file;

  @Mixin private MachineOptions machine;

  @Option(
      names = "--stand-ins",
      description =
          "For a table from elsewhere: each device that it names and that is no disk of ours is a"
              + " blank disk under that name, large enough for the line.")
  private boolean standIns;

  @Option(names = "--readonly", description = "Load as dmsetup load --readonly does.")
  private boolean readOnly;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Overrides overrides = machine.withoutMemory("table");
    String text = Scripts.textOfFile(file, "table reads a file of table lines");
    TableCheck.Manner manner = new TableCheck.Manner(readOnly, standIns);
    TableCheck.Checked checked = TableCheck.check(file, text, overrides, manner);
    List<TableCheck.Line> lines = checked.lines();
    long passed = lines.stream().filter(l -> l.answer().equals("ok")).count();
    long missing = lines.stream().filter(l -> l.answer().equals(TableCheck.NOT_MODELLED)).count();
    long refused = lines.size() - passed - missing;
    if (json) {
      JsonArray all = new JsonArray();
      lines.forEach(l -> all.add(asJson(l)));
      out.println(all);
    } else {
      for (TableCheck.Line l : lines) {
        out.println(l.place().line() + ": " + l.answer() + "  " + l.text());
        l.log().forEach(reason -> out.println("    " + reason));
      }
      checked
          .standIns()
          .forEach(
              (name, sectors) ->
                  out.println("stand-in " + name + ": blank, " + sectors + " sectors"));
      out.println("kernel " + TableCheck.machine(overrides).kernel());
      out.println(
          passed
              + " passed, "
              + refused
              + " failed"
              + (missing == 0 ? "" : ", " + missing + " not modelled"));
    }
    return refused != 0 ? Verdict.VIOLATION.status() : missing != 0 ? CommandLineTool.WRONG : 0;
  }

  private static JsonObject asJson(TableCheck.Line l) {
    JsonObject o = new JsonObject();
    if (!l.device().isEmpty()) {
      o.addProperty("device", l.device());
    }
    o.addProperty("line", l.place().line());
    o.addProperty("target", l.text());
    o.addProperty("answer", l.answer());
    o.add("log", RunJson.strings(l.log()));
    return o;
  }
}
