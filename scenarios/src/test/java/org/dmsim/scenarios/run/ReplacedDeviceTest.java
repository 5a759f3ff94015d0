package org.dmsim.scenarios.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.report.Report;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device that is opened again for writing: what its first user points to is freed. */
class ReplacedDeviceTest {

  /** Linux 6.12.117 was asked: it oopses in dm_set_device_limits, called for the first line. */
  @ParameterizedTest
  @CsvSource({"6.12.117", "6.1.192", "5.4"})
  void originOfOneLine_thatIsTheCowOfTheNext_isReadAfterItsEnd(String kernel) {
    List<String> headlines =
        run(kernel, "load d0 0 1024 snapshot 1:0 1:1 N 8; 1024 1024 snapshot 1:2 1:0 N 8");
    assertEquals(1, headlines.size(), headlines::toString);
    assertTrue(
        headlines.getFirst().startsWith("BUG: KASAN: use-after-free in dm_set_device_limits"),
        headlines::toString);
  }

  /** The other way round the device is open for writing when the second line asks for reading. */
  @ParameterizedTest
  @CsvSource({
    "load d0 0 1024 snapshot 1:2 1:0 N 8; 1024 1024 snapshot 1:0 1:1 N 8",
    "load_ro d0 0 1024 snapshot 1:0 1:1 N 8; 1024 1024 snapshot 1:2 1:0 N 8"
  })
  void noUpgrade_noReport(String load) {
    assertEquals(List.of(), run("6.12.117", load));
  }

  private static List<String> run(String kernel, String load) {
    String script = "disk ram0 16M\ndisk ram1 16M\ndisk ram2 16M\ncreate d0\n" + load + "\n";
    Overrides overrides = Overrides.NONE.withKernel(KernelVersion.parse(kernel));
    return new ScriptRun(ScriptParser.parse("x", script), overrides, Listener.NONE)
        .run().reports().stream().map(Report::headline).toList();
  }
}
