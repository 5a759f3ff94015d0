package org.dmsim.scenarios.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A use after free is an answer only where the kernel's log shows one. */
final class UseAfterFreeInACaseTest {

  private static final String SHOWN =
      ",\"log: device-mapper: table: 252:0: dm_table_destroy: dm_put_device call missing for 1:0\"";

  /** A snapshot whose COW is its origin, on the kernel that uses the origin's dm_dev when freed. */
  private static JsonObject snapshotOfItself(String lastLine) {
    return JsonParser.parseString(
            """
            {"id": "snapshot", "kernel": "6.12.117", "steps": [
              {"do": "create d0", "out": ["ok flags= open=0 event=0 targets=0"]},
              {"do": "load d0 0 1024 snapshot 1:0 1:0 N 8", "out": ["EINVAL",
                "log: device-mapper: table: 252:0: device  not in table devices list",
                "log: device-mapper: table: 252:0: snapshot: COW device cannot be the same as origin device (-22)",
                "log: device-mapper: ioctl: error adding target to table"LAST]}]}
            """
                .replace("LAST", lastLine))
        .getAsJsonObject();
  }

  private static CaseResult check(JsonObject recorded) {
    return CaseKinds.of(recorded).orElseThrow().check(recorded, Path.of("."));
  }

  @Test
  void useAfterFree_thatTheLogShows_isAnAnswer() {
    assertEquals(
        CaseResult.Status.PASSED,
        check(snapshotOfItself(SHOWN)).status(),
        () -> String.join("\n", check(snapshotOfItself(SHOWN)).lines()));
  }

  @Test
  void useAfterFree_thatTheLogDoesNotShow_failsTheCase() {
    CaseResult r = check(snapshotOfItself(""));
    assertEquals(CaseResult.Status.FAILED, r.status());
    assertTrue(
        r.lines().stream().anyMatch(l -> l.startsWith("report: BUG: KASAN: use-after-free in ")),
        () -> String.join("\n", r.lines()));
  }
}
