package org.dmsim.scenarios.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How suites are run and judged; the suites themselves are their authors'. */
final class SuiteTest {

  @TempDir private Path folder;

  /** A suite whose scripts are the words of a shell. */
  private final class Words implements Suite {
    @Override
    public String name() {
      return "words";
    }

    @Override
    public List<String> scripts() {
      return List.of();
    }

    @Override
    public String machine(String script) {
      return "list\n";
    }

    @Override
    public Path folder() {
      return folder;
    }

    @Override
    public List<String> command(String script) {
      return List.of(script);
    }

    @Override
    public Map<String, String> environment() {
      return Map.of("SUITE", "words");
    }

    @Override
    public End outcome(int status, String log) {
      return status == 0 ? End.PASS : status == 200 ? End.SKIP : End.FAIL;
    }
  }

  private SuiteRun.Result run(String shell, long seconds) throws Exception {
    List<String> dmsim = List.of("sh", "-c", shell);
    return new SuiteRun(new Words(), dmsim, folder.resolve("m.dm"), folder, seconds).run("name");
  }

  @Test
  void outcome_isTheProgramsUnlessTheKernelComplained() throws Exception {
    String rest = "; kernel 6.7, preempt full, 2 CPUs";
    assertEquals(
        Suite.End.PASS, run("echo 'CLEAN  no report; bash ended with 0" + rest + "'", 9).outcome());
    assertEquals(
        Suite.End.SKIP,
        run("echo \"CLEAN  no report; $SUITE ended with 200" + rest + "\"", 9).outcome());
    assertEquals(
        Suite.End.FAIL, run("echo 'CLEAN  no report; bash ended with 1" + rest + "'", 9).outcome());
    SuiteRun.Result report = run("echo 'VIOLATION  1 report; bash ended with 0" + rest + "'", 9);
    assertEquals(Suite.End.FAIL, report.outcome());
    assertTrue(report.last().startsWith("VIOLATION"));
    String nothing = "echo 'dmsim: sh ended with 0 and asked for no simulated device, so'";
    assertEquals(Suite.End.FAIL, run(nothing, 9).outcome(), "it passes on nothing");
    assertEquals("no end in 1 s", run("sleep 60", 1).last());
  }

  @Test
  void list_hasAReasonForWhateverDoesNotPass() {
    assertThrows(IllegalArgumentException.class, () -> SuiteList.parse("skip a"));
    assertThrows(IllegalArgumentException.class, () -> SuiteList.parse("pass a\npass a"));
    SuiteList lvm2 = SuiteList.load("lvm2");
    assertTrue(lvm2.with(Suite.End.PASS).contains("000-basic"));
    assertEquals(List.of("dm/001", "dm/002"), SuiteList.load("blktests").with(Suite.End.PASS));
  }

  /** A folder that looks like blktests, with two tests of our own in it. */
  @Test
  void suite_runsEachScriptBehindADoor() throws IOException {
    if (!Behind.has("dmsetup", "bash")) {
      return;
    }
    Path tests = Files.createDirectories(folder.resolve("suite/tests/dm"));
    Files.writeString(tests.resolve("001"), "");
    Files.writeString(tests.resolve("003"), "");
    Files.writeString(
        folder.resolve("suite/check"),
        """
        . ./config
        [ $1 = dm/001 ] || { echo 'dm/003 [not run]'; exit 0; }
        dmsetup create d --table "0 8 linear ${TEST_DEVS[0]} 0" && [ -b /dev/mapper/d ] &&
          echo 'dm/001 [passed]'
        """);
    boolean root = System.getProperty("user.name").equals("root");
    Behind b =
        Behind.dmsim(
            folder,
            "suite",
            root ? "--allow-root" : "--time-limit=99",
            "blktests",
            "suite",
            "--all");
    if (b.isClosed()) {
      return;
    }
    String said = b.out().replaceAll(" +[0-9.]+ s", "");
    assertEquals(
        """
        pass  dm/001
        skip  dm/003  wants scsi_debug
        1 passed, 0 failed, 1 not passed as listed
        """,
        said);
    assertEquals(0, b.status());
  }
}
