package org.dmsim.scenarios.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.dmsim.explore.Result;
import org.dmsim.scenarios.contexts.Context;
import org.dmsim.scenarios.contexts.Operation;
import org.dmsim.scenarios.museum.Exhibit;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.rules.Evidence;
import org.junit.jupiter.api.Test;

/** A small site; the whole one is looked at in {@link WholeSiteTest}. */
final class SiteTest {

  private static final List<Exhibit> TWO =
      List.of(Museum.find("nowait").orElseThrow(), Museum.find("doubled-put").orElseThrow());

  private final Evidence evidence = new Evidence();
  private final Map<String, String> files =
      Site.files(
          new Site.Scope(
              TWO,
              List.of(Context.TASK, Context.RCU_READ_LOCK),
              List.of(Operation.MSLEEP, Operation.SPIN_LOCK),
              List.of(
                  new Target(
                      "zero",
                      "reads zeroes",
                      "",
                      List.of(),
                      List.of("create d0", "load d0 0 1024 zero", "resume d0")),
                  new Target("cache", "not modelled", "DEVICE", List.of(), List.of())),
              false),
          evidence,
          what -> {});

  @Test
  void whatStandsThere_isWhatRunsShow() {
    for (Exhibit e : TWO) {
      String page = files.get("museum/" + e.plaque().name() + ".html");
      Result broken = evidence.result(e, false);
      assertTrue(page.contains("VIOLATION in schedule " + broken.explored()), page);
      assertTrue(
          page.contains(
              Html.text(
                  String.join("\n", broken.finding().orElseThrow().columns()).stripTrailing())),
          page);
      Result fixed = evidence.result(e, true);
      assertTrue(page.contains("EXHAUSTED, " + fixed.explored() + " schedules"), page);
      assertTrue(files.get("pictures/" + e.plaque().name() + ".html").contains("the fix"));
    }
    String cells = files.get("contexts.js");
    assertTrue(cells.contains("sleeping function") || cells.contains("scheduling"), cells);
    assertTrue(files.get("contexts.html").contains("8 cells"));
    assertTrue(files.get("targets.html").contains("flags=ACTIVE"), files.get("targets.html"));
    assertTrue(files.get("index.html").contains("2 exhibits"));
  }

  @Test
  void noLinkLeadsNowhere_andNoneToTheNetwork() {
    assertEquals(List.of(), LinksOf.broken(files));
    Map<String, String> missing = new java.util.HashMap<>(files);
    missing.remove("museum/nowait.html");
    assertFalse(LinksOf.broken(missing).isEmpty(), "the checker sees what is missing");
    files.forEach(
        (f, text) ->
            assertFalse(text.replace("http://www.w3.org/2000/svg", "").contains("src=\"http"), f));
  }

  @Test
  void markdown_becomesHtml() {
    assertEquals(
        "<h2 id=\"n1\">1. A <code>b</code></h2>\n<p>x &lt;y&gt; <strong>z</strong></p>\n"
            + "<pre tabindex=\"0\">$ run &lt;a&gt;</pre>\n",
        Markdown.html("# T\n\n## 1. A `b`\n\nx <y> **z**\n\n    $ run <a>\n"));
    assertEquals(
        "<div class=\"wide\" tabindex=\"0\"><table>\n<tr><th scope=\"row\">a</th>"
            + "<td><a href=\"#b\"><code>b</code></a>: c<br>d</td></tr>\n</table></div>\n",
        Markdown.html("| | |\n|---|---|\n| a | [`b`](#b): c<br>d |\n"));
  }
}
