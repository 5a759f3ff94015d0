package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.reports.PublicReport;
import org.dmsim.scenarios.reports.ReportsPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmsim reports}: what people reported of these kernels, with the scripts that show it. */
@Command(
    name = "reports",
    mixinStandardHelpOptions = true,
    description = "Public reports of device-mapper bugs; each with the script that shows it.",
    footer = {"", "Show one: dmsim run NAME. Read its script: dmsim list NAME."})
final class ReportsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--markdown", description = "Print scenarios/REPORTS.md, made anew.")
  private boolean markdown;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (json && markdown) {
      throw new UsageError("--json and --markdown are two formats; leave one of them out");
    }
    if (markdown) {
      out.print(ReportsPage.markdown());
    } else if (json) {
      out.println(asJson());
    } else {
      for (PublicReport r : PublicReport.all()) {
        out.println(r.subject());
        out.println(
            r.script().isEmpty() ? "  no script: " + r.remark() : "  dmsim run " + r.script());
      }
    }
    return 0;
  }

  private static JsonArray asJson() {
    JsonArray all = new JsonArray();
    for (PublicReport r : PublicReport.all()) {
      JsonObject o = new JsonObject();
      o.addProperty("from", r.from());
      o.addProperty("subject", r.subject());
      o.addProperty("script", r.script());
      o.addProperty("remark", r.remark());
      all.add(o);
    }
    return all;
  }
}
