package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExplainCommandTest {

  @TempDir private Path folder;

  private String seed() throws IOException {
    Path file = folder.resolve("seed.log");
    try (InputStream in =
        ExplainCommandTest.class.getResourceAsStream("/explain/seed-linux-6.6-rc1.log")) {
      Files.write(file, in.readAllBytes());
    }
    return file.toString();
  }

  @Test
  void seed_isExplainedDownToItsFix() throws IOException {
    Cli c = Cli.run("explain", seed());
    assertEquals(0, c.status(), c.err());
    assertEquals(
        "  fix:             a9ce385344f9"
            + " (\"dm: don't attempt to queue IO under RCU protection\")",
        c.lastLine());
    assertTrue(c.out().contains("like:            nowait; see it: dmsim run nowait\n"), c.out());
  }

  @Test
  void json_holdsTheSame() throws IOException {
    Cli c = Cli.run("explain", "--json", seed());
    JsonObject report =
        JsonParser.parseString(c.out())
            .getAsJsonObject()
            .getAsJsonArray("reports")
            .get(0)
            .getAsJsonObject();
    assertEquals("a9ce385344f9", report.getAsJsonObject("fix").get("commit").getAsString());
    assertEquals("nowait", report.getAsJsonArray("alike").get(0).getAsString());
  }

  @Test
  void noReport_andNoFile_areOneLineAndStatus2() throws IOException {
    String quiet = Files.writeString(folder.resolve("quiet.log"), "all is well\n").toString();
    Cli none = Cli.run("explain", quiet);
    assertEquals(2, none.status());
    assertEquals("dmsim: " + quiet + ": no report of the kernel's that dmsim knows\n", none.err());
    Cli missing = Cli.run("explain", "missing.log");
    assertEquals(2, missing.status());
    assertEquals("dmsim: no file 'missing.log'\n", missing.err());
  }
}
