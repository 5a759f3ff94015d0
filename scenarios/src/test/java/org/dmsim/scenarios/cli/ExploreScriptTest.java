package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.explore.EstimatesTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts, exhibits and futex scenarios, explored by name. */
class ExploreScriptTest {

  @ParameterizedTest
  @ValueSource(strings = {"none", "full"})
  void nowaitSwap_beforeTheFix_isFoundAndReplayed(String preempt) {
    Cli c = Cli.run("explore", "nowait-swap", "--kernel", "6.6-rc1", "--preempt", preempt);
    assertEquals(1, c.status(), c.out());
    assertTrue(c.out().contains("BUG: KASAN: use-after-free in mempool_alloc"), c.out());
    List<String> bugs = c.out().lines().filter(l -> l.startsWith("BUG: ")).toList();
    assertTrue(bugs.getLast().contains("use-after-free in mempool_alloc"), bugs::toString);
    String last = c.out().lines().toList().getLast();
    assertTrue(last.startsWith("VIOLATION  see it again: dmsim explore nowait-swap"), last);
    String token = last.substring(last.lastIndexOf(' ') + 1);
    Cli again =
        Cli.run(
            "explore",
            "nowait-swap",
            "--kernel",
            "6.6-rc1",
            "--preempt",
            preempt,
            "--replay",
            token);
    assertTrue(again.out().contains("BUG: KASAN: use-after-free in mempool_alloc"), again.out());
  }

  @ParameterizedTest
  @CsvSource({"none, " + EstimatesTest.SWAP_NONE, "full, " + EstimatesTest.SWAP_FULL})
  void nowaitSwap_whenFixed_isExhausted(String preempt, long schedules) {
    Cli c = Cli.run("explore", "nowait-swap", "--kernel", "6.6", "--preempt", preempt);
    String last = c.out().lines().toList().getLast();
    assertEquals(0, c.status(), c.out());
    String start = "EXHAUSTED  " + schedules + " schedules, each once; 0 redundant;";
    assertTrue(last.startsWith(start), last);
  }

  /** What the head of nowait-swap says of the two models. */
  @ParameterizedTest
  @CsvSource({"none, dm_split_and_process_bio", "full, clone_endio"})
  void poolsAreFreedFirst_thenTheTable_underTheReadOrUnderItsClone(String preempt, String second) {
    List<String> users =
        Cli.run("run", "nowait-uaf", "--preempt", preempt)
            .out()
            .lines()
            .filter(l -> l.startsWith("BUG: KASAN: use-after-free in "))
            .map(l -> l.replaceAll(".* in ([a-z_]+).*", "$1"))
            .toList();
    assertEquals(List.of("mempool_alloc", second), users.subList(0, 2));
  }

  @Test
  void names_areAllFound() throws IOException {
    for (String name : Programs.names()) {
      assertTrue(Programs.find(name).isPresent(), name);
    }
  }

  @Test
  void futexScenario_andItsFixedTwin() {
    assertEquals(1, Cli.run("explore", "killed-between-lock-and-list").status());
    Cli fixed = Cli.run("explore", "killed-between-lock-and-list", "--fixed", "--max-time", "5");
    assertTrue(fixed.status() != 1, fixed.out());
  }

  @Test
  void fixed_whenThereIsNoTwin_isRefused() {
    assertEquals(2, Cli.run("explore", "nowait-uaf", "--fixed").status());
  }
}
