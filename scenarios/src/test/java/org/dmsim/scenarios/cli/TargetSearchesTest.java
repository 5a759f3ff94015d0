package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** I/O through a target against a suspend and the swap of its table: nothing is found. */
final class TargetSearchesTest {

  private static final int FEW = 150;

  private static final Path FOLDER = folder();

  private static Path folder() {
    try {
      return Path.of(TargetSearchesTest.class.getResource("/targets/multipath.dm").toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<String> scripts() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(Path::toString).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void fewSchedules_areClean(String script) {
    search(script, FEW);
  }

  @Tag("deep")
  @ParameterizedTest
  @ValueSource(ints = 20_000)
  void manySchedules_areClean(int schedules) throws IOException {
    scripts().forEach(s -> search(s, schedules));
  }

  private static void search(String script, int schedules) {
    Cli found = Cli.run("explore", script, "--max-schedules=" + schedules);
    assertTrue(
        found.verdict().equals("BOUND-REACHED") || found.verdict().equals("EXHAUSTED"),
        script + ": " + found.out() + found.err());
    assertEquals("CLEAN", Cli.run("run", script).verdict(), script);
  }
}
