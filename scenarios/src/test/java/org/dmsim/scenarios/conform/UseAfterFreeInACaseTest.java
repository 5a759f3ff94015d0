package org.dmsim.scenarios.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.junit.jupiter.api.Test;

/** A use after free fails a case, unless Linux is known to make it. */
final class UseAfterFreeInACaseTest {

  private static CaseResult check(String kernel, String steps) {
    JsonObject recorded =
        JsonParser.parseString(
                "{\"id\": \"uaf\", \"kernel\": \"" + kernel + "\", \"steps\": [" + steps + "]}")
            .getAsJsonObject();
    return CaseKinds.of(recorded).orElseThrow().check(recorded, Path.of("."));
  }

  /** The table opens 1:0 for reading, as an origin, and then for writing. */
  @Test
  void originOpenedAgainForWriting_isWhatLinuxDoes() {
    CaseResult r =
        check(
            "6.12.117",
            """
            {"do": "create d0", "out": ["ok flags= open=0 event=0 targets=0"]},
            {"do": "load d0 0 1024 snapshot 1:0 1:1 N 8; 1024 1024 linear 1:0 0",
              "out": ["ok flags=INACTIVE, open=0 event=0 targets=0"]},
            {"do": "resume d0", "out": ["ok flags=ACTIVE, open=0 event=0 targets=2"]}
            """);
    assertEquals(CaseResult.Status.PASSED, r.status(), () -> String.join("\n", r.lines()));
  }

  @Test
  void anyOther_isAnErrorOfTheModel() {
    assertTrue(ScriptCases.isOfLinux(freedBy("upgrade_mode+UsedDevices.java:104")));
    assertFalse(ScriptCases.isOfLinux(freedBy("dm_swap_table+TableSwap.java:28")));
  }

  private static Report freedBy(String place) {
    return new Report(
        Check.USE_AFTER_FREE,
        "BUG: KASAN: use-after-free in linear_map",
        List.of("Freed by task 55:", " " + place),
        1,
        Report.Counts.NONE);
  }
}
