package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.museum.Exhibit;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.museum.Rule;
import org.dmsim.scenarios.rules.Evidence;
import org.dmsim.scenarios.rules.Facts;
import org.dmsim.scenarios.rules.RulesPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim rules}: the rules of table lookup, with the runs that break and keep them. */
@Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    description = "The rules of table lookup; each with the bug that broke it, run anew.")
final class RulesCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "RULE", description = "One rule, by its number.")
  private Integer number;

  @Option(names = "--markdown", description = "Print dm-core/TABLE-LOOKUP.md, made anew.")
  private boolean markdown;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (markdown && number != null) {
      throw new UsageError("--markdown prints the whole page; leave the rule's number out");
    }
    if (json && markdown) {
      throw new UsageError("--json and --markdown are two formats; leave one of them out");
    }
    if (json) {
      out.println(number == null ? asJson() : asJson(rule(), new Evidence()));
    } else if (markdown) {
      out.print(RulesPage.markdown(new Evidence()));
    } else if (number == null) {
      for (Rule r : Rule.values()) {
        out.println("%3d. %s".formatted(r.ordinal() + 1, r.sentence()));
      }
      out.println("See one run: dmsim rules NUMBER. The whole page: dm-core/TABLE-LOOKUP.md.");
    } else {
      print(out, rule());
    }
    return 0;
  }

  private static JsonArray asJson() {
    JsonArray rules = new JsonArray();
    for (Rule r : Rule.values()) {
      rules.add(asJson(r, null));
    }
    return rules;
  }

  /** A rule with its exhibits; with what becomes of them, where that is to be found out. */
  private static JsonObject asJson(Rule rule, Facts facts) {
    JsonObject o = new JsonObject();
    o.addProperty("rule", rule.ordinal() + 1);
    o.addProperty("sentence", rule.sentence());
    JsonArray exhibits = new JsonArray();
    for (Exhibit e : Museum.exhibits()) {
      if (e.plaque().rule() == rule) {
        JsonObject x = new JsonObject();
        x.addProperty("name", e.plaque().name());
        x.addProperty("shows", e.plaque().shows());
        x.addProperty("commit", e.plaque().commit());
        if (facts != null) {
          x.add("broken", asJson(facts.explore(e, false)));
          x.add("fixed", asJson(facts.explore(e, true)));
        }
        exhibits.add(x);
      }
    }
    o.add("exhibits", exhibits);
    return o;
  }

  private static JsonObject asJson(Facts.Finding f) {
    JsonObject o = new JsonObject();
    o.addProperty("verdict", f.word());
    o.addProperty("schedules", f.schedules());
    o.addProperty("headline", f.headline());
    return o;
  }

  private Rule rule() {
    if (number < 1 || number > Rule.values().length) {
      throw new UsageError("there is no rule " + number + "; write 1 to " + Rule.values().length);
    }
    return Rule.values()[number - 1];
  }

  private static void print(PrintWriter out, Rule rule) {
    Facts facts = new Evidence();
    out.println(rule.ordinal() + 1 + ". " + rule.sentence());
    for (Exhibit e : Museum.exhibits()) {
      if (e.plaque().rule() == rule) {
        Facts.Finding broken = facts.explore(e, false);
        Facts.Finding fixed = facts.explore(e, true);
        out.println();
        out.println("  " + e.plaque().name() + " shows " + e.plaque().shows() + ".");
        out.println(
            "  "
                + (e.plaque().affected().isEmpty()
                    ? "a lesson"
                    : "kernels " + e.plaque().affected())
                + ": "
                + broken.word()
                + " in schedule "
                + broken.schedules()
                + (broken.headline().isEmpty() ? "" : ": " + broken.headline()));
        out.println(
            (e.plaque().mended() ? "  with " : "  without ")
                + e.plaque().commit()
                + ": "
                + fixed.word()
                + ", "
                + fixed.schedules()
                + " schedules");
        out.println("  see it: dmsim explore " + e.plaque().name());
      }
    }
  }
}
