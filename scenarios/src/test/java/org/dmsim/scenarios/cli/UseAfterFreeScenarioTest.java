package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dmsim run nowait-uaf} and the report of a real kernel's KASAN. */
final class UseAfterFreeScenarioTest {

  private static final Pattern FRAME = Pattern.compile("(?m)^ ([a-z_0-9]+)\\+");

  private static String kasan() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            UseAfterFreeScenarioTest.class.getResourceAsStream(
                "/seed/nowait-uaf-linux-6.1.192-preempt-none-kasan.log"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The reliable frames of one part of a report. */
  private static List<String> frames(String log, String begin, String end) {
    int from = log.indexOf(begin);
    int to = log.indexOf(end, from + begin.length());
    assertTrue(from >= 0 && to > from, begin + " in\n" + log);
    Matcher m = FRAME.matcher(log.substring(from, to));
    return m.results().map(r -> r.group(1)).toList();
  }

  private static List<String> between(List<String> frames, String first, String last) {
    return frames.subList(frames.indexOf(first), frames.indexOf(last) + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "full"})
  void report_isThatOfTheRealKernel(String preempt) throws IOException {
    Cli c = Cli.run("run", "nowait-uaf", "--preempt", preempt);
    assertEquals("VIOLATION", c.verdict());
    String model =
        c.out().substring(c.out().indexOf("BUG: KASAN: use-after-free in mempool_alloc"));
    String real = kasan();
    assertTrue(
        KernelLog.inOrder(
            between(frames(real, "Call Trace:", "</TASK>"), "mempool_alloc", "__x64_sys_preadv2"),
            frames(model, "Call Trace:", "</TASK>")),
        model);
    assertTrue(
        KernelLog.inOrder(
            between(
                frames(real, "Allocated by task", "Freed by"),
                "dm_table_complete",
                "__x64_sys_ioctl"),
            frames(model, "Allocated by task", "Freed by")),
        model);
    assertTrue(
        KernelLog.inOrder(
            between(frames(real, "Freed by task", "The buggy"), "dm_swap_table", "__x64_sys_ioctl"),
            frames(model, "Freed by task", "The buggy")),
        model);
    assertTrue(model.contains("which belongs to the cache kmalloc-2k"), model);
    assertTrue(model.contains("by task dm-nowait/"), model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "full"})
  void run_whenTheKernelHasTheFix_isCleanWithTheSameChoices(String preempt) {
    Cli c = Cli.run("run", "nowait-uaf", "--kernel", "6.6", "--preempt", preempt);
    assertEquals("CLEAN", c.verdict(), c.out());
    List<String> lines = c.lines();
    assertTrue(
        lines.indexOf("admin< suspend d0") > lines.indexOf("admin> suspend d0"),
        "suspend waits for the reader");
  }
}
