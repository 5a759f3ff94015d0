package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.dmsim.scenarios.cli.KernelLog.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dmsim run nowait} and what a real kernel with the bug printed. */
final class NowaitScenarioTest {

  private static final String DATA = "  4096 fnv1a=b93a0c83ce3b6325";

  @ParameterizedTest
  @ValueSource(strings = {"full", "none"})
  void reports_areThoseOfTheRealKernel(String preempt) throws IOException {
    Cli c = Cli.run("run", "nowait", "--kernel", "6.6-rc1", "--preempt", preempt);
    List<Entry> seed = KernelLog.ofSeed("nowait-bug-linux-6.1.192-preempt-" + preempt + ".log");
    List<Entry> model = KernelLog.parse(c.out().replaceAll("(?s)\nkernel 6.6-rc1, preempt.*", ""));
    assertEquals(
        seed.stream().map(e -> e.headline).toList(), model.stream().map(e -> e.headline).toList());
    for (int i = 0; i < seed.size(); i++) {
      assertEquals(seed.get(i).counts, model.get(i).counts);
      assertEquals(seed.get(i).locks, model.get(i).locks);
      List<String> frames = seed.get(i).framesFrom("mempool_alloc", "submit_bio_noacct");
      assertFalse(frames.isEmpty());
      assertTrue(
          KernelLog.inOrder(frames, model.get(i).frames), frames + " in " + model.get(i).frames);
    }
    assertEquals("VIOLATION", c.verdict());
    assertEquals(1, c.status());
    assertTrue(c.lines().contains(DATA), "the read returns its data all the same");
  }

  @ParameterizedTest
  @CsvSource({
    "5.18, full",
    "6.1.192, full",
    "6.6, full",
    "6.7, full",
    "6.6, none",
    "6.6, voluntary"
  })
  void run_whenTheKernelHasNoBug_isClean(String kernel, String preempt) {
    Cli c = Cli.run("run", "nowait", "--kernel", kernel, "--preempt", preempt);
    assertEquals("CLEAN", c.verdict());
    assertEquals(0, c.status());
    assertTrue(c.lines().contains(DATA));
  }

  @Test
  void lastLines_sayHowToSeeTheFixAndTheRunAgain() {
    Cli c = Cli.run("run", "nowait");
    List<String> lines = c.lines();
    assertEquals("See it fixed: dmsim run nowait --kernel 6.6-rc2", lines.get(lines.size() - 2));
    String[] words = c.lastLine().substring(c.lastLine().indexOf("dmsim replay")).split(" ");
    Cli again = Cli.run(List.of(words).subList(1, words.length).toArray(String[]::new));
    assertEquals(c.out(), again.out());
    assertEquals(1, again.status());
  }
}
