package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Every fault of memory order is found where it shows, and nowhere else. */
class BarrierPageTest {

  private static final Path PAGE = Path.of("SRCU-BARRIERS.md");

  @Test
  void page_isWhatTheSearchesSayToday() throws IOException {
    String today = String.join("\n", BarrierPage.lines()) + "\n";
    assertFalse(today.contains("WRONG"), today);
    if (Boolean.getBoolean("dmsim.promote")) {
      Files.writeString(PAGE, today);
    }
    assertEquals(
        Files.readString(PAGE),
        today,
        "read the difference, then: dmsim faults --memory --markdown > scenarios/SRCU-BARRIERS.md");
  }
}
