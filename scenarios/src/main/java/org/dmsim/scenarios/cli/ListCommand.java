package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.corpus.Catalogue;
import org.dmsim.scenarios.futex.FutexScenario;
import org.dmsim.scenarios.futex.FutexScenarios;
import org.dmsim.scenarios.museum.Exhibit;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.museum.Plaque;
import org.dmsim.scenarios.museum.Rule;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Similar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim list}: what there is to run and to explore, or one of it. */
@Command(
    name = "list",
    header = "Shows the built-in scenarios, or one of them as a file.",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the built-in scripts, the museum of table lookup by the rule that was broken, and the",
      "futex scenarios; or one of them: a script's text, an exhibit's plaque."
    })
final class ListCommand implements Callable<Integer> {

  private static final String UNGROUPED = "Scenarios";
  private static final String FUTEX_GROUP = "Robust futexes";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The one to print. A script: save it as a file, change it, run it.")
  private String name;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** One line of the list. */
  private record Item(String name, String shows) {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (name == null) {
      if (json) {
        out.println(all());
      } else {
        print(out);
      }
      return 0;
    }
    Optional<Exhibit> exhibit = Museum.find(name);
    Optional<FutexScenario> futex = FutexScenarios.find(name);
    boolean script = Catalogue.text(name).isPresent();
    if (script && !(json && exhibit.isPresent())) {
      out.print(json ? asJson(name) + System.lineSeparator() : Scripts.text(name));
    } else if (exhibit.isPresent()) {
      Plaque p = exhibit.get().plaque();
      if (json) {
        out.println(asJson(p));
      } else {
        print(out, exhibit.get());
      }
    } else if (futex.isPresent()) {
      if (json) {
        out.println(asJson(futex.get()));
      } else {
        print(out, futex.get());
      }
    } else {
      throw new UsageError(
          "no scenario '"
              + name
              + "'"
              + Similar.hint(name, names(), "; 'dmsim list' shows the scenarios"));
    }
    return 0;
  }

  /** The scripts that are no exhibits. */
  private static List<String> scripts() {
    return Catalogue.names().stream().filter(n -> Museum.find(n).isEmpty()).toList();
  }

  private static List<String> names() {
    List<String> all = new ArrayList<>(scripts());
    Museum.exhibits().forEach(e -> all.add(e.plaque().name()));
    FutexScenarios.all().forEach(s -> all.add(s.name()));
    return all;
  }

  private static void print(PrintWriter out) {
    Map<String, List<Item>> scripts = new LinkedHashMap<>();
    for (String n : scripts()) {
      Script s = script(n);
      scripts.computeIfAbsent(group(s), g -> new ArrayList<>()).add(new Item(n, s.title()));
    }
    scripts.forEach((group, items) -> print(out, group, items));
    out.println("Run one: dmsim run NAME. Read one: dmsim list NAME.");
    out.println();
    out.println("The museum of table lookup, by the rule that each broke (dmsim rules)");
    for (Rule r : Rule.values()) {
      List<Item> items =
          Museum.exhibits().stream()
              .map(Exhibit::plaque)
              .filter(p -> p.rule() == r)
              .map(p -> new Item(p.name(), p.shows()))
              .toList();
      print(out, r.ordinal() + 1 + ". " + r.sentence(), items);
    }
    out.println();
    print(
        out,
        FUTEX_GROUP,
        FutexScenarios.all().stream().map(s -> new Item(s.name(), s.shows())).toList());
    out.println("See one break: dmsim explore NAME. See it hold: dmsim explore NAME --fixed.");
    out.println("Where that takes too long, add --preemptions 1 (killed-in-suspended-io: 0).");
    out.println("Read one: dmsim list NAME.");
  }

  private static void print(PrintWriter out, String group, List<Item> items) {
    int width = names().stream().mapToInt(String::length).max().orElse(0);
    out.println(group);
    items.forEach(i -> out.println(("  %-" + width + "s  %s").formatted(i.name(), i.shows())));
  }

  private static void print(PrintWriter out, Exhibit e) {
    Plaque p = e.plaque();
    out.println(p.name() + " shows " + p.shows() + ".");
    out.println("rule      " + (p.rule().ordinal() + 1) + ". " + p.rule().sentence());
    boolean lesson = p.affected().isEmpty();
    String fix = p.mended() ? "fix       " : "bug       ";
    out.println((lesson ? "after     " : fix) + p.commit() + " " + p.subject());
    out.println("kernels   " + (lesson ? "none: a lesson, as small as it can be" : p.affected()));
    if (!e.why().isEmpty()) {
      out.println("program   " + e.why());
    }
    out.println("symptom   " + p.symptom());
    printHowTo(out, p.name());
  }

  private static void print(PrintWriter out, FutexScenario s) {
    out.println(s.name() + " shows " + s.shows() + ".");
    out.println("source    " + s.source());
    printHowTo(out, s.name());
  }

  private static void printHowTo(PrintWriter out, String name) {
    out.println("broken    dmsim explore " + name);
    out.println("fixed     dmsim explore " + name + " --fixed");
  }

  private static String group(Script s) {
    List<String> groups = s.labels("group");
    return groups.isEmpty() ? UNGROUPED : groups.getFirst();
  }

  private static Script script(String name) {
    return ScriptParser.parse(name, Catalogue.text(name).orElseThrow());
  }

  private static JsonArray all() {
    JsonArray all = new JsonArray();
    scripts().forEach(n -> all.add(asJson(n)));
    Museum.exhibits().forEach(e -> all.add(asJson(e.plaque())));
    FutexScenarios.all().forEach(s -> all.add(asJson(s)));
    return all;
  }

  private static JsonObject asJson(String script) {
    Script s = script(script);
    JsonObject o = item("script", script, s.title(), group(s));
    JsonArray labels = new JsonArray();
    for (Script.Label l : s.labels()) {
      JsonObject label = new JsonObject();
      label.addProperty(l.key(), l.text());
      labels.add(label);
    }
    o.add("labels", labels);
    o.addProperty("run", "dmsim run " + script);
    return o;
  }

  private static JsonObject asJson(Plaque p) {
    JsonObject o = item("exhibit", p.name(), p.shows(), p.rule().sentence());
    o.addProperty("rule", p.rule().ordinal() + 1);
    o.addProperty("commit", p.commit());
    o.addProperty("subject", p.subject());
    o.addProperty("mended", p.mended());
    if (!p.affected().isEmpty()) {
      o.addProperty("affected", p.affected());
    }
    o.addProperty("symptom", p.symptom());
    return explored(o, p.name());
  }

  private static JsonObject asJson(FutexScenario s) {
    JsonObject o = item("futex", s.name(), s.shows(), FUTEX_GROUP);
    o.addProperty("source", s.source());
    return explored(o, s.name());
  }

  private static JsonObject item(String kind, String name, String shows, String group) {
    JsonObject o = new JsonObject();
    o.addProperty("kind", kind);
    o.addProperty("name", name);
    o.addProperty("shows", shows);
    o.addProperty("group", group);
    return o;
  }

  private static JsonObject explored(JsonObject o, String name) {
    o.addProperty("run", "dmsim explore " + name);
    o.addProperty("fixed", "dmsim explore " + name + " --fixed");
    return o;
  }
}
