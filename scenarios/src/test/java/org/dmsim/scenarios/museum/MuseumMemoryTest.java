package org.dmsim.scenarios.museum;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Result;
import org.dmsim.machine.MemoryModel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every exhibit through store buffers: found without its fix as under sc, and no order of the
 * stores breaks the fix. The counts are of the schedules to the finding, and of all with the fix,
 * under tso, then under pso; those of sc stand in {@link MuseumTest}.
 */
final class MuseumMemoryTest {

  private static void isFound_andExhausted(String name, String tso, String pso) {
    Exhibit e = Museum.find(name).orElseThrow();
    assertEquals(tso, counts(e, MemoryModel.TSO), "tso");
    assertEquals(pso, counts(e, MemoryModel.PSO), "pso");
  }

  private static String counts(Exhibit e, MemoryModel memory) {
    Result broken = search(e, false, memory);
    assertEquals(Result.End.VIOLATION, broken.end());
    Result fixed = search(e, true, memory);
    assertEquals(
        Result.End.EXHAUSTED,
        fixed.end(),
        () -> fixed.finding().map(f -> String.join("\n", f.columns())).orElse(""));
    assertEquals(0, fixed.redundant());
    return broken.explored() + ", " + fixed.explored();
  }

  private static Result search(Exhibit e, boolean fixed, MemoryModel memory) {
    return new Explorer(
            e.program(fixed), e.withEnoughCpus(fixed).withMemory(memory), Bounds.EXHAUSTIVE)
        .lookingFor(e.symptom())
        .explore();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "nowait, 1, 1, 1, 1",
    "suspended-test-outside, 2, 4, 2, 4",
    "bracket-decided-twice, 5, 6, 5, 6",
    "requeued-for-ever, 1, 1, 1, 1",
    "first-resume-against-mount, 1, 5, 1, 5",
    "requeue-of-the-whole, 1, 1, 1, 1",
    "deps-against-message, 4, 9, 4, 9",
    "get-from-kobject, 2, 2, 2, 2",
    "delayed-after-the-flush, 2, 7, 2, 7",
    "freeze-and-unfreeze, 15, 16, 15, 16",
    "hash-lock-twice, 1, 1, 1, 1",
    "reserve-behind-oneself, 3, 458, 3, 458",
    "nested-bios-in-order, 1, 1, 1, 1",
    "cow-throttle, 1, 9, 1, 9",
    "cow-is-origin, 1, 1, 1, 1",
    "origin-without-snapshots, 1, 1, 1, 1"
  })
  void smallExhibit(String name, String f1, String n1, String f2, String n2) {
    isFound_andExhausted(name, f1 + ", " + n1, f2 + ", " + n2);
  }

  @Tag("deep")
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "nowait-swap, 77, 1536, 77, 1536",
    "suspend-against-nowait, 31, 888, 31, 888",
    "nowait-partial, 17, 12, 17, 12",
    "capability-test-outside, 55, 852, 55, 852",
    "forgotten-put, 1, 48, 1, 48",
    "doubled-put, 1, 52, 1, 52",
    "dead-bio-asked, 17, 140, 17, 140",
    "destroy-against-swap, 6, 90, 6, 90",
    "accounting-ends-too-early, 7, 852, 7, 852",
    "postsuspend-twice, 1, 108, 1, 108"
  })
  void largeExhibit(String name, String f1, String n1, String f2, String n2) {
    isFound_andExhausted(name, f1 + ", " + n1, f2 + ", " + n2);
  }

  @Test
  void noExhibit_isLeftOut() throws NoSuchMethodException {
    Set<String> asked = new HashSet<>();
    for (String method : new String[] {"smallExhibit", "largeExhibit"}) {
      for (String row :
          MuseumMemoryTest.class
              .getDeclaredMethod(
                  method, String.class, String.class, String.class, String.class, String.class)
              .getAnnotation(CsvSource.class)
              .value()) {
        asked.add(row.substring(0, row.indexOf(',')));
      }
    }
    Set<String> all = new HashSet<>();
    Museum.exhibits().forEach(e -> all.add(e.plaque().name()));
    assertEquals(all, asked);
  }
}
