package org.dmsim.scenarios.museum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Result;
import org.dmsim.scenarios.rules.Evidence;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every exhibit: found without its fix, by exploring; nothing found in any schedule with it. */
class MuseumTest {

  /** Name, schedules to the finding, schedules of the fixed twin: a count that changes is news. */
  @ParameterizedTest(name = "{0}: found in schedule {1}; fixed, {2} schedules")
  @CsvSource({
    "nowait, 1, 1",
    "nowait-swap, 77, 920",
    "suspend-against-nowait, 31, 592",
    "nowait-partial, 17, 12",
    "capability-test-outside, 41, 556",
    "suspended-test-outside, 2, 3",
    "bracket-decided-twice, 3, 3",
    "forgotten-put, 1, 32",
    "doubled-put, 1, 20",
    "dead-bio-asked, 17, 140",
    "destroy-against-swap, 3, 50",
    "accounting-ends-too-early, 7, 556",
    "requeued-for-ever, 1, 1",
    "first-resume-against-mount, 1, 5",
    "requeue-of-the-whole, 1, 1",
    "postsuspend-twice, 1, 108",
    "get-from-kobject, 2, 2",
    "delayed-after-the-flush, 2, 7",
    "freeze-and-unfreeze, 7, 6",
    "reserve-behind-oneself, 3, 458",
    "nested-bios-in-order, 1, 1",
    "hash-lock-twice, 1, 1",
    "cow-throttle, 1, 9",
    "deps-against-message, 4, 9",
    "cow-is-origin, 1, 1",
    "origin-without-snapshots, 1, 1"
  })
  void exhibit_isFoundUnfixed_andExhaustedFixed(String name, long found, long schedules) {
    Exhibit e = Museum.find(name).orElseThrow();
    Result broken = Evidence.search(e, false);
    assertEquals(Result.End.VIOLATION, broken.end());
    Finding finding = broken.finding().orElseThrow();
    assertTrue(
        finding.reports().stream().anyMatch(r -> r.headline().contains(e.plaque().symptom())),
        e.plaque().symptom() + " expected, got " + finding.headline());
    Result fixed = Evidence.search(e, true);
    assertEquals(Result.End.EXHAUSTED, fixed.end(), name + " with " + e.plaque().commit());
    assertEquals(found + ", " + schedules, broken.explored() + ", " + fixed.explored());
    assertEquals(0, fixed.redundant());
  }

  @TestFactory
  java.util.stream.Stream<DynamicTest> finding_replaysToTheSame() {
    return Museum.exhibits().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.plaque().name(),
                    () -> {
                      Finding found = Evidence.search(e, false).finding().orElseThrow();
                      Finding again = Evidence.explorer(e, false).replay(found.schedule());
                      assertEquals(found.columns(), again.columns());
                      assertEquals(found.outcome(), again.outcome());
                    }));
  }

  @Test
  void names_areUnique_andEachRuleIsBrokenBySomething() {
    Set<String> names = new HashSet<>();
    Set<Rule> rules = new HashSet<>();
    for (Exhibit e : Museum.exhibits()) {
      assertTrue(names.add(e.plaque().name()));
      assertTrue(e.plaque().commit().matches("[0-9a-f]{12}"), e.plaque().commit());
      rules.add(e.plaque().rule());
    }
    assertEquals(Set.of(Rule.values()), rules);
  }
}
