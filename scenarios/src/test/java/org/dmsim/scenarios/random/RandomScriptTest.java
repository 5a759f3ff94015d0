package org.dmsim.scenarios.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmsim.machine.Configuration;
import org.dmsim.report.Check;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.RunResult;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Step;
import org.dmsim.scenarios.script.Verb;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scripts made at random end clean, lose no bio, and give the bytes of a plain array model,
 * whatever the schedule.
 */
class RandomScriptTest {

  private static final Set<Verb> DATA =
      Set.of(Verb.READ, Verb.WRITE, Verb.WRITE_SYNC, Verb.ZEROOUT);

  @Test
  void oneTask_seesThePlainArray() {
    for (long seed = 0; seed < 160; seed++) {
      check(seed, RandomScript.sequential(seed), null);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 200, 300})
  void tasksUnderTableSwaps_seeThePlainArray(long from) {
    for (long seed = from; seed < from + 40; seed++) {
      check(seed, RandomScript.concurrent(seed), seed);
    }
  }

  /** They may hang, where a reader waits for a resume that never comes; they must not break. */
  @Test
  void commandsThatMayMakeNoSense_breakNothing() {
    for (long seed = 0; seed < 160; seed++) {
      survives(seed);
    }
  }

  private static void survives(long seed) {
    String text = RandomCommands.script(seed);
    String name = "random commands of seed " + seed;
    Overrides overrides =
        new Overrides(null, null, 0, seed, Configuration.Coroutines.AUTOMATIC, 200_000);
    RunResult run =
        new ScriptRun(ScriptParser.parse(name, text), overrides, Listener.NONE)
            .recorded()
            .withoutPositions()
            .run();
    assertTrue(
        run.reports().stream()
            .allMatch(r -> r.check() == Check.STUCK || r.check() == Check.LIVELOCK),
        () -> name + ": " + run.reports() + "\n" + text);
  }

  @Test
  @Tag("deep")
  void thousands() {
    for (long seed = 1000; seed < 4000; seed++) {
      check(seed, RandomScript.sequential(seed), null);
      check(seed, RandomScript.concurrent(seed), seed);
      survives(seed);
    }
  }

  private static void check(long seed, RandomScript script, Long schedule) {
    String name = "random script of seed " + seed;
    Map<String, List<String>> answers = new HashMap<>();
    Listener listener =
        new Listener() {
          @Override
          public void answers(String task, Step step, List<String> lines) {
            if (DATA.contains(step.verb())) {
              answers
                  .computeIfAbsent(task, t -> new ArrayList<>())
                  .add(step.text() + " -> " + lines.getFirst());
            } else {
              assertTrue(lines.getFirst().startsWith("ok"), () -> name + ": " + step + lines);
            }
          }
        };
    Overrides overrides =
        new Overrides(null, null, 0, schedule, Configuration.Coroutines.AUTOMATIC);
    RunResult run =
        new ScriptRun(ScriptParser.parse(name, script.text()), overrides, listener)
            .recorded()
            .withoutPositions()
            .run();
    assertTrue(
        run.isClean(),
        () -> name + " ended " + run.outcome().end() + " " + run.reports() + script.text());
    List<String> expected = new ArrayList<>();
    List<String> actual = new ArrayList<>();
    script.expected().keySet().stream()
        .sorted()
        .forEach(t -> expected.addAll(of(script.expected(), t)));
    answers.keySet().stream().sorted().forEach(t -> actual.addAll(answers.get(t)));
    assertEquals(
        String.join("\n", expected), String.join("\n", actual), () -> name + "\n" + script.text());
  }

  private static List<String> of(Map<String, List<String>> lists, String task) {
    return lists.get(task);
  }
}
