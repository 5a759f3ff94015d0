package org.dmsim.scenarios.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.explain.Explainer;
import org.dmsim.scenarios.explain.Explanation;
import org.dmsim.scenarios.explain.Statement;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.museum.Rule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim explain}: a real kernel log in plain words. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Says in plain words what a real kernel log reports: what the kernel objects to, what gave"
          + " it",
      "away, which rule it breaks and which scenario is like it. \"(rule)\" marks what rests on a",
      "general rule and not on the log; \"(not read)\" what the log does not show."
    })
final class ExplainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A kernel log: dmesg, syslog or journal.")
  private String file;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    List<Explanation> found = Explainer.explain(text());
    if (found.isEmpty()) {
      throw new UsageError(file + ": no report of the kernel's that dmsim knows");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonArray reports = new JsonArray();
      found.forEach(e -> reports.add(object(e)));
      JsonObject all = new JsonObject();
      all.add("reports", reports);
      out.println(new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(all));
    } else {
      for (int i = 0; i < found.size(); i++) {
        if (i > 0) {
          out.println();
        }
        print(out, found.get(i));
      }
    }
    return 0;
  }

  /** Logs may hold any bytes; those that are not UTF-8 are replaced. */
  private String text() {
    try {
      Path path = Path.of(file);
      if (!Files.exists(path)) {
        throw new UsageError("no file '" + file + "'");
      }
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (InvalidPathException | IOException e) {
      throw new UsageError("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static void print(PrintWriter out, Explanation e) {
    out.println("line " + e.line() + ": " + e.headline());
    if (!e.task().isEmpty()) {
      out.println(
          label("task") + e.task() + (e.kernel().isEmpty() ? "" : ", kernel " + e.kernel()));
    }
    for (Statement s : e.statements()) {
      String mark =
          switch (s.basis()) {
            case LOG -> "";
            case GENERAL_RULE -> "(rule) ";
            case NOT_READ -> "(not read) ";
          };
      out.println(label(s.about()) + mark + s.text());
    }
    for (Rule r : e.rules()) {
      out.println(label("breaks rule " + (r.ordinal() + 1)) + r.sentence());
    }
    for (String name : e.alike()) {
      String command = Museum.find(name).isPresent() ? " explore " : " run ";
      out.println(label("like") + name + "; see it: " + CommandName.get() + command + name);
    }
    if (!e.commit().isEmpty()) {
      out.println(label("fix") + e.commit() + " (\"" + e.subject() + "\")");
    }
  }

  private static String label(String about) {
    return "  %-17s".formatted(about + ":");
  }

  private static JsonObject object(Explanation e) {
    JsonObject o = new JsonObject();
    o.addProperty("line", e.line());
    o.addProperty("headline", e.headline());
    o.addProperty("kernel", e.kernel());
    o.addProperty("task", e.task());
    JsonArray statements = new JsonArray();
    for (Statement s : e.statements()) {
      JsonObject one = new JsonObject();
      one.addProperty("about", s.about());
      one.addProperty("text", s.text());
      one.addProperty("basis", s.basis().name().toLowerCase(Locale.ROOT));
      statements.add(one);
    }
    o.add("statements", statements);
    JsonArray rules = new JsonArray();
    for (Rule r : e.rules()) {
      JsonObject one = new JsonObject();
      one.addProperty("number", r.ordinal() + 1);
      one.addProperty("sentence", r.sentence());
      rules.add(one);
    }
    o.add("rules", rules);
    o.add("alike", RunJson.strings(e.alike()));
    if (!e.commit().isEmpty()) {
      JsonObject fix = new JsonObject();
      fix.addProperty("commit", e.commit());
      fix.addProperty("subject", e.subject());
      o.add("fix", fix);
    }
    return o;
  }
}
