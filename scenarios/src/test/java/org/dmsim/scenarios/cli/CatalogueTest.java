package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.scenarios.corpus.Catalogue;
import org.dmsim.scenarios.run.ExpectationCheck;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.script.Script;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every built-in scenario. */
final class CatalogueTest {

  static List<String> names() {
    return Catalogue.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void scenario_doesWhatItExpects(String name) {
    List<ExpectationCheck.Result> results = ExpectationCheck.of(Scripts.read(name), Overrides.NONE);
    assertTrue(results.size() >= 2, "a scenario and its fixed twin");
    for (ExpectationCheck.Result r : results) {
      assertEquals(List.of(), r.failures(), r.name());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void scenario_saysWhatItShowsAndWhereItComesFrom(String name) {
    Script s = Scripts.read(name);
    assertTrue(s.about().getFirst().startsWith("This scenario shows "), s.about().getFirst());
    assertFalse(s.labels("commit").isEmpty());
    assertFalse(s.labels("fixed").isEmpty());
  }

  @ParameterizedTest
  @MethodSource("names")
  void run_isTheSameToTheByte_onBothKindsOfTasks(String name) {
    String first = Cli.run("run", name).out();
    assertEquals(first, Cli.run("run", name).out());
    assertEquals(first, Cli.run("run", name, "--threads").out());
  }

  @ParameterizedTest
  @MethodSource("names")
  void run_whenRandom_isTheSameForTheSameSeed(String name) {
    for (int seed = 0; seed < 5; seed++) {
      String text = Integer.toString(seed);
      Cli c = Cli.run("run", name, "--seed", text);
      assertEquals(c.out(), Cli.run("run", name, "--seed", text, "--threads").out());
      assertTrue(c.status() <= 1, c.out());
    }
  }
}
