package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
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
        "dm_submit_bio, called by __submit_bio, may sleep inside an RCU read section",
        c.lines().getFirst());
    assertTrue(c.out().contains("a9ce385344f9 (\"dm: don't attempt to queue IO"), c.out());
    assertTrue(c.out().contains("see one:       dmsim explore nowait\n"), c.out());
    assertTrue(c.out().contains("see one:       dmsim explore suspend-against-nowait\n"), c.out());
  }

  @Test
  void json_holdsTheSame() throws IOException {
    Cli c = Cli.run("explain", "--json", seed());
    JsonObject report = reports(c).get(0).getAsJsonObject();
    assertEquals("sleeping-in-atomic", report.get("kind").getAsString());
    assertEquals("a9ce385344f9", report.get("fix").getAsString());
    assertEquals("nowait", report.getAsJsonArray("scenarios").get(0).getAsString());
  }

  private static JsonArray reports(Cli c) {
    return JsonParser.parseString(c.out()).getAsJsonObject().getAsJsonArray("reports");
  }

  @Test
  void standardInput_isRead() throws IOException {
    InputStream before = System.in;
    try {
      System.setIn(Files.newInputStream(Path.of(seed())));
      Cli c = Cli.run("explain", "-");
      assertEquals(0, c.status(), c.err());
      assertTrue(c.out().startsWith("dm_submit_bio"), c.out());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void nothingToExplain_tellsWhatWasSeen() throws IOException {
    String quiet = Files.writeString(folder.resolve("quiet.log"), "all is well\n").toString();
    Cli none = Cli.run("explain", quiet);
    assertEquals(1, none.status());
    assertEquals(
        "nothing to explain: "
            + quiet
            + " has 1 line and no report of a kind that dmsim reads; see: dmsim explain --help\n",
        none.out());
    Cli json = Cli.run("explain", "--json", quiet);
    assertEquals(1, json.status());
    assertEquals(0, reports(json).size());
    String other =
        Files.writeString(folder.resolve("other.log"), "BUG: KFENCE: use-after-free in f+0x1/0x2\n")
            .toString();
    assertTrue(Cli.run("explain", other).out().contains("line 1: BUG: KFENCE"));
  }

  @Test
  void whatCannotBeRead_isOneLineAndStatus2() throws IOException {
    assertError("no file 'missing.log'", "missing.log");
    assertError(folder + " is a folder; name a log in it", folder.toString());
    Path journal = folder.resolve("system.journal");
    Files.writeString(journal, "LPKSHHRH and the rest");
    assertError(
        "cannot read "
            + journal
            + ": it is a journal as systemd stores it; write: journalctl -k --file=FILE | dmsim"
            + " explain -",
        journal.toString());
    assertError("explain needs FILE, or - for standard input; see: dmsim explain --help");
    assertError(
        "--markdown prints the page of examples; leave the rest out", "--markdown", "--json");
  }

  private static void assertError(String message, String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "explain";
    System.arraycopy(args, 0, all, 1, args.length);
    Cli c = Cli.run(all);
    assertEquals(2, c.status());
    assertEquals("dmsim: " + message + "\n", c.err());
  }

  @Test
  void help_namesKindsFormatsAndStatus() {
    String help = Cli.run("help", "explain").out().replaceAll("\\s+", " ");
    for (String word : new String[] {"Kinds:", "Formats:", "Status:", "hung tasks", "journal"}) {
      assertTrue(help.contains(word), help);
    }
  }
}
