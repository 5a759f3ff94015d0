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
        "Checks a table as dmsetup would load it, line by line, over the recorded cases' disks"
            + " (ram0 to ram7 of 64M, nullb0 and nullb1 of 1G).")
final class TableCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "Lines START LENGTH TYPE PARAMETERS; # begins a comment.")
  private String file;

  @Mixin private MachineOptions machine;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Overrides overrides = machine.overrides();
    List<TableCheck.Line> lines =
        TableCheck.check(
            file, Scripts.textOfFile(file, "table reads a file of table lines"), overrides);
    long refused = lines.stream().filter(l -> !l.answer().equals("ok")).count();
    if (json) {
      JsonArray all = new JsonArray();
      lines.forEach(l -> all.add(asJson(l)));
      out.println(all);
    } else {
      for (TableCheck.Line l : lines) {
        out.println(l.place().line() + ": " + l.answer() + "  " + l.text());
        l.log().forEach(reason -> out.println("    " + reason));
      }
      out.println(lines.size() - refused + " passed, " + refused + " failed");
    }
    return refused == 0 ? 0 : Verdict.VIOLATION.status();
  }

  private static JsonObject asJson(TableCheck.Line l) {
    JsonObject o = new JsonObject();
    o.addProperty("line", l.place().line());
    o.addProperty("target", l.text());
    o.addProperty("answer", l.answer());
    o.add("log", RunJson.strings(l.log()));
    return o;
  }
}
