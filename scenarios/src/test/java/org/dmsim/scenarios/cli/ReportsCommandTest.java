package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import org.dmsim.scenarios.reports.PublicReport;
import org.junit.jupiter.api.Test;

class ReportsCommandTest {

  @Test
  void list_hasEveryReport_withItsScriptOrTheReason() {
    Cli c = Cli.run("reports");
    assertEquals(0, c.status());
    for (PublicReport r : PublicReport.all()) {
      String below = r.script().isEmpty() ? "no script: " + r.remark() : "dmsim run " + r.script();
      assertTrue(c.out().contains(r.subject() + "\n  " + below), r.subject());
    }
    int json = JsonParser.parseString(Cli.run("reports", "--json").out()).getAsJsonArray().size();
    assertEquals(PublicReport.all().size(), json);
  }

  @Test
  void scriptOfAReport_isRunAndReadByItsName() {
    assertEquals(1, Cli.run("run", "flakey-without-arguments").status());
    assertTrue(Cli.run("list", "flakey-without-arguments").out().contains("\nsymptom "));
  }

  @Test
  void twoFormats_areRefused() {
    Cli c = Cli.run("reports", "--json", "--markdown");
    assertEquals(2, c.status());
    assertTrue(c.err().startsWith("dmsim: --json and --markdown are two formats"), c.err());
  }
}
