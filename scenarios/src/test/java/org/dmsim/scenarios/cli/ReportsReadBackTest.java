package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the checks of a kernel print, {@code dmsim explain} reads. */
class ReportsReadBackTest {

  @ParameterizedTest
  @CsvSource({"5.4, full", "5.15, none", "5.19, full", "6.1.192, full", "6.12, rt", "6.12, full"})
  void explain_readsTheReportsOfEachKernel(String kernel, String preempt, @TempDir Path dir)
      throws IOException {
    Cli printed =
        Cli.run(
            ("contexts --context rcu_read_lock --operation mutex_lock --kernel "
                    + kernel
                    + " --preempt "
                    + preempt)
                .split(" "));
    assertTrue(printed.out().contains("BUG: sleeping function called"), printed.out());
    Path log = Files.writeString(dir.resolve("kernel.log"), printed.out());
    Cli explained = Cli.run("explain", log.toString());
    assertEquals(0, explained.status(), explained.err());
    assertTrue(explained.out().contains("kernel/locking/"), explained.out());
    assertTrue(explained.out().contains("rcu_read_lock"), explained.out());
  }
}
