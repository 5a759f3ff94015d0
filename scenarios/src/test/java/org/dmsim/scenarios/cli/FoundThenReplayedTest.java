package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.futex.FutexScenarios;
import org.dmsim.scenarios.museum.Museum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every finding of the suite: the line that it prints shows it again, to the byte. */
class FoundThenReplayedTest {

  /** Searches that take long without a bound. */
  private static final Map<String, String> BOUNDS =
      Map.of(
          "killed-behind-a-new-owner", " --preemptions 1",
          "heir-forgets-the-others", " --preemptions 1",
          "killed-in-suspended-io", " --preemptions 0");

  static Stream<String> searches() {
    List<String> all = new ArrayList<>();
    Museum.exhibits().forEach(e -> all.add(e.plaque().name()));
    FutexScenarios.all().forEach(f -> all.add(f.name()));
    all.replaceAll(name -> name + BOUNDS.getOrDefault(name, ""));
    all.addAll(
        List.of(
            "back-off",
            "nowait",
            "nowait --preempt none",
            "nowait-swap",
            "nowait-swap --preempt full",
            "doubled-put --strategy random",
            "forgotten-put --strategy pct"));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("searches")
  void finding_isShownAgainByTheLineThatItPrints(String search) {
    Cli found = Cli.run(("explore " + search).split(" "));
    assertEquals("VIOLATION", found.verdict());
    String line = found.lastLine();
    String again = line.substring(line.indexOf("dmsim ") + "dmsim ".length());
    Cli replayed = Cli.run(again.split(" "));
    assertEquals(1, replayed.status());
    List<String> shown = shown(found);
    assertTrue(shown.size() > 3, "columns and a report");
    assertEquals(shown, shown(replayed));
    assertEquals(replayed.out(), Cli.run(again.split(" ")).out());
  }

  /** All but the number of the schedule and the verdict, which differ. */
  private static List<String> shown(Cli c) {
    return c.lines().stream()
        .filter(l -> !l.contains(": found in schedule ") && !l.startsWith("VIOLATION"))
        .filter(l -> !l.isBlank())
        .toList();
  }

  /** As {@link Programs} names them. */
  @Test
  void allThatIsFound_isAmongThem() {
    List<String> names = searches().map(s -> s.split(" ")[0]).toList();
    for (String name : Programs.names()) {
      boolean staged = Programs.hasFixedTwin(name);
      assertTrue(!staged || names.contains(name), name);
    }
  }
}
