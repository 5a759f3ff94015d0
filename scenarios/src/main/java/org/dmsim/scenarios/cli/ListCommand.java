package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.catalogue.Catalogue;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptParser;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim list}: the built-in scenarios, or the text of one. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Shows the built-in scenarios, or the text of one of them.")
final class ListCommand implements Callable<Integer> {

  private static final String UNGROUPED = "Scenarios";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The scenario to print: save it as a file, change it, run it.")
  private String name;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (name != null) {
      out.print(Scripts.text(name));
    } else if (json) {
      out.println(asJson());
    } else {
      print(out);
    }
    return 0;
  }

  private static void print(PrintWriter out) {
    Map<String, StringBuilder> groups = new LinkedHashMap<>();
    int width = Catalogue.names().stream().mapToInt(String::length).max().orElse(0);
    for (String n : Catalogue.names()) {
      Script s = script(n);
      groups
          .computeIfAbsent(group(s), g -> new StringBuilder())
          .append(("  %-" + width + "s  %s%n").formatted(n, s.title()));
    }
    groups.forEach(
        (group, lines) -> {
          out.println(group);
          out.print(lines);
        });
    out.println("Run one: dmsim run NAME. Read one: dmsim list NAME.");
  }

  private static String group(Script s) {
    List<String> groups = s.labels("group");
    return groups.isEmpty() ? UNGROUPED : groups.getFirst();
  }

  private static Script script(String name) {
    return ScriptParser.parse(name, Catalogue.text(name).orElseThrow());
  }

  private static JsonArray asJson() {
    JsonArray all = new JsonArray();
    for (String n : Catalogue.names()) {
      Script s = script(n);
      JsonObject o = new JsonObject();
      o.addProperty("name", n);
      o.addProperty("shows", s.title());
      o.addProperty("group", group(s));
      JsonArray labels = new JsonArray();
      for (Script.Label l : s.labels()) {
        JsonObject label = new JsonObject();
        label.addProperty(l.key(), l.text());
        labels.add(label);
      }
      o.add("labels", labels);
      all.add(o);
    }
    return all;
  }
}
