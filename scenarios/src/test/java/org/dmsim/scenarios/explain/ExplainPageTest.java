package org.dmsim.scenarios.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ExplainPageTest {

  @Test
  void page_isWhatARunSaysToday() throws IOException {
    Path page = Path.of("EXPLAIN.md");
    assertEquals(
        Files.exists(page) ? Files.readString(page) : "",
        ExplainPage.markdown(),
        "read the difference, then: dmsim explain --markdown > scenarios/EXPLAIN.md");
  }
}
