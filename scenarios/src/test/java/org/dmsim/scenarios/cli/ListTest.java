package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.dmsim.scenarios.corpus.Catalogue;
import org.dmsim.scenarios.futex.FutexScenarios;
import org.dmsim.scenarios.museum.Exhibit;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.museum.Rule;
import org.junit.jupiter.api.Test;

/** What {@code dmsim list} shows of the scripts, the museum and the futex scenarios. */
class ListTest {

  @Test
  void everyExhibit_standsUnderTheRuleThatItBreaks() {
    List<String> lines = Cli.run("list").lines();
    for (Rule r : Rule.values()) {
      int at = lines.indexOf(r.ordinal() + 1 + ". " + r.sentence());
      assertTrue(at >= 0, r.sentence());
      List<String> below = new ArrayList<>();
      while (lines.get(++at).startsWith("  ")) {
        below.add(firstWord(lines.get(at)));
      }
      List<String> expected =
          Museum.exhibits().stream()
              .map(Exhibit::plaque)
              .filter(p -> p.rule() == r)
              .map(p -> p.name())
              .toList();
      assertEquals(expected, below);
    }
  }

  @Test
  void everyName_isShownOnce_withTheCommandThatRunsIt() {
    Cli c = Cli.run("list");
    List<String> shown =
        c.lines().stream().filter(l -> l.startsWith("  ")).map(ListTest::firstWord).toList();
    assertEquals(names(), shown);
    assertEquals(shown.size(), new HashSet<>(shown).size());
    assertTrue(c.out().contains("dmsim run NAME"), c.out());
    assertTrue(c.out().contains("dmsim explore NAME --fixed"), c.out());
    assertEquals(0, c.status());
  }

  @Test
  void anExhibit_printsItsPlaque() {
    assertEquals(
        """
        cow-throttle shows three tasks in a circle that a fair rwsem closes: a waiting writer stops new readers.
        rule      13. Whoever waits holds nothing that the one who will wake him needs: no lock, no slot of the same pool, no bio on his own list.
        after     b21555786f18 dm snapshot: rework COW throttling to fix deadlock
        kernels   none: a lesson, as small as it can be
        symptom   INFO: task
        broken    dmsim explore cow-throttle
        fixed     dmsim explore cow-throttle --fixed
        """,
        Cli.run("list", "cow-throttle").out());
  }

  @Test
  void aFutexScenario_printsItsStoryAndWhereItComesFrom() {
    List<String> lines = Cli.run("list", "killed-heir").lines();
    assertTrue(lines.getFirst().startsWith("killed-heir shows a waiter"), lines.getFirst());
    assertTrue(lines.get(1).startsWith("source    90d758896787 futex: "), lines.get(1));
    assertEquals("broken    dmsim explore killed-heir", lines.get(2));
  }

  @Test
  void json_holdsThemAll_andOneAlone() {
    List<String> names = new ArrayList<>();
    for (JsonElement e : JsonParser.parseString(Cli.run("list", "--json").out()).getAsJsonArray()) {
      JsonObject o = e.getAsJsonObject();
      names.add(o.get("name").getAsString());
      String verb = o.get("kind").getAsString().equals("script") ? "run" : "explore";
      assertEquals("dmsim " + verb + " " + names.getLast(), o.get("run").getAsString());
      assertEquals(o, JsonParser.parseString(Cli.run("list", "--json", names.getLast()).out()));
    }
    assertEquals(names(), names);
  }

  @Test
  void aNameThatIsNone_isAnsweredWithTheNearest() {
    Cli c = Cli.run("list", "cow-throtle");
    assertEquals(
        "dmsim: no scenario 'cow-throtle'; did you mean cow-throttle?" + System.lineSeparator(),
        c.err());
    assertEquals(2, c.status());
  }

  private static List<String> names() {
    List<String> all = new ArrayList<>(Catalogue.names());
    all.removeIf(n -> Museum.find(n).isPresent());
    Museum.exhibits().forEach(e -> all.add(e.plaque().name()));
    FutexScenarios.all().forEach(s -> all.add(s.name()));
    return all;
  }

  private static String firstWord(String line) {
    return line.strip().split(" ")[0];
  }
}
