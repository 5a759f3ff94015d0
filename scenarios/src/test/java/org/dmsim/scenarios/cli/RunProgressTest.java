package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.dmsim.report.DmsimFault;
import org.dmsim.scenarios.run.Listener;
import org.junit.jupiter.api.Test;

/** A long run whose answers go into a file shows that it lives. */
final class RunProgressTest {

  @Test
  void longRun_countsItsCommands_andTakesTheLineAway() {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    long[] now = {0};
    RunProgress progress =
        new RunProgress(
            Listener.NONE, new PrintStream(shown, true, StandardCharsets.UTF_8), () -> now[0]);
    for (int i = 0; i < 3000; i++) {
      now[0] += 1_000_000;
      progress.begins("dmctl", null);
    }
    progress.clear();
    assertEquals(
        "\r2,000 commands\r2,500 commands\r3,000 commands\r" + " ".repeat(40) + "\r",
        shown.toString(StandardCharsets.UTF_8));
  }

  @Test
  void shortRun_showsNothing() {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    RunProgress progress =
        new RunProgress(
            Listener.NONE, new PrintStream(shown, true, StandardCharsets.UTF_8), () -> 0);
    progress.begins("dmctl", null);
    progress.clear();
    assertEquals("", shown.toString(StandardCharsets.UTF_8));
  }

  @Test
  void tests_sayWhoseTurnItIs_andMakeRoomForResults() {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    TestProgress progress = new TestProgress(new PrintStream(shown, true, StandardCharsets.UTF_8));
    progress.at("a.dm", new TestResults());
    progress.at("bb.dm", new TestResults());
    progress.clear();
    progress.clear();
    assertEquals(
        "\r0 passed, 0 failed; now a.dm\r0 passed, 0 failed; now bb.dm\r" + " ".repeat(29) + "\r",
        shown.toString(StandardCharsets.UTF_8));
  }

  @Test
  void tooLittleMemory_isNoFaultOfDmsim() {
    Error fault = new DmsimFault("failed", new OutOfMemoryError("Java heap space"));
    String line = OutOfMemory.line(fault).orElseThrow();
    assertTrue(line.contains("DMSIM_JAVA_OPTS=-Xmx"), line);
    assertTrue(OutOfMemory.line(new DmsimFault("failed", fault.getCause().getCause())).isEmpty());
  }
}
