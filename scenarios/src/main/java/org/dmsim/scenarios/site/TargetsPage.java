package org.dmsim.scenarios.site;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Step;

/** The targets, each with a table that a run has loaded, and what it answered. */
final class TargetsPage {

  private TargetsPage() {}

  static String body(List<Target> targets) {
    StringBuilder b = new StringBuilder();
    b.append("<p>Arguments as a table has them, behind START LENGTH NAME. Each table below was");
    b.append(" given to a run, whose answers stand under it.</p>\n<ul class=\"short\">\n");
    targets.forEach(
        t -> b.append("<li>").append(Html.link("#" + t.name(), t.name())).append("</li>\n"));
    b.append("</ul>\n");
    targets.forEach(t -> target(b, t));
    return b.toString();
  }

  private static void target(StringBuilder b, Target t) {
    b.append("<h2 id=\"").append(t.name()).append("\">").append(t.name()).append("</h2>\n<p>");
    b.append(Html.text(t.does())).append("</p>\n");
    b.append(
        Html.pre((t.name() + " " + t.arguments()).strip() + "\n" + String.join("\n", t.notes())));
    if (!t.script().isEmpty()) {
      b.append(Html.pre(String.join("\n", answers(t))));
    }
  }

  /** What a run answers that loads the table. */
  private static List<String> answers(Target t) {
    String text =
        Stream.concat(t.script().stream(), Stream.of("table d0"))
            .map(l -> l + " -- may fail\n") // zoned wants a disk that no script has
            .collect(Collectors.joining());
    List<String> lines = new ArrayList<>();
    Listener listener =
        new Listener() {
          @Override
          public void answers(String task, Step step, List<String> answer) {
            lines.add("> " + step.text().replace(" -- may fail", ""));
            answer.forEach(a -> lines.add("  " + a));
          }
        };
    new ScriptRun(ScriptParser.parse(t.name(), text), Overrides.NONE, listener).run();
    return lines;
  }
}
