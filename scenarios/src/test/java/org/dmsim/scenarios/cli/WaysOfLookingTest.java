package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.ScriptParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --follow}, {@code --btt} and {@code --watch}; narrow columns; manual pages. */
final class WaysOfLookingTest {

  /** A read over both stripes, slowed down by 50 ms: a bio with a clone, pieces and a way back. */
  private static final String SLOW =
      """
      create low
      load low 0 64 striped 2 8 1:0 0 1:1 0
      resume low
      create d0
      load d0 0 64 delay /dev/mapper/low 0 50
      resume d0
      read d0 0 8192
      read low 0 512
      """;

  @TempDir private Path folder;

  private String script() throws IOException {
    Path file = folder.resolve("slow.dm");
    Files.writeString(file, SLOW);
    return file.toString();
  }

  private List<String> run(String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of("run", script()));
    words.addAll(List.of(options));
    Cli cli = Cli.run(words.toArray(String[]::new));
    assertEquals(0, cli.status(), cli.err());
    return cli.lines();
  }

  @Test
  void follow_showsTheWayOfOneBio_andOfNoOther() throws IOException {
    List<String> way =
        run("--follow", "1").stream()
            .filter(l -> l.matches(" +\\d+\\.\\d{9} .*"))
            .map(l -> l.substring(16))
            .toList();
    assertEquals(
        List.of(
            "Q 252,1 RS 0 + 16 [dmctl]",
            "  A 252,0 RS 0 + 16 <- (252,1) 0 [kworker/0:0]",
            "  Q 252,0 RS 0 + 16 [kworker/0:0]",
            "    A 1,0 RS 0 + 8 <- (252,0) 0 [kworker/0:0]",
            "    Q 1,0 RS 0 + 8 [kworker/0:0]",
            "  X 252,0 RS 8 / 8 [kworker/0:0]",
            "    C 1,0 RS 0 + 8 [0] [kworker/0:0]",
            "    A 1,1 RS 0 + 8 <- (252,0) 8 [kworker/0:0]",
            "    Q 1,1 RS 0 + 8 [kworker/0:0]",
            "    C 1,1 RS 0 + 8 [0] [kworker/0:0]",
            "  C 252,0 RS 8 + 8 [0] [kworker/0:0]",
            "C 252,1 RS 0 + 16 [0] [kworker/0:0]"),
        way);
  }

  @Test
  void follow_saysWhatThereIs_whereThatBioIsNot() throws IOException {
    assertTrue(run("--follow", "9").contains("no bio 9: the run had 2"));
    assertEquals(2, Cli.run("run", script(), "--follow", "0").status());
    assertEquals(2, Cli.run("run", script(), "--follow", "1", "--trace").status());
    assertEquals(2, Cli.run("run", script(), "--btt", "--json").status());
  }

  @Test
  void btt_sumsUpPerDevice_withTheTimeThatADeviceKeepsABio() throws IOException {
    List<String> lines = run("--btt").stream().map(l -> l.strip().replaceAll(" +", " ")).toList();
    int head = lines.indexOf("device min avg max bios");
    assertEquals(
        List.of(
            "252,0 Q2C 0.000000000 0.000000000 0.000000000 2",
            "252,0 Q2D 0.000000000 0.000000000 0.000000000 2",
            "252,0 D2C 0.000000000 0.000000000 0.000000000 2",
            "252,0 8704 bytes",
            "252,1 Q2C 0.052000000 0.052000000 0.052000000 1",
            "252,1 Q2D 0.052000000 0.052000000 0.052000000 1",
            "252,1 D2C 0.000000000 0.000000000 0.000000000 1",
            "252,1 8192 bytes"),
        lines.subList(head + 9, head + 17));
  }

  @Test
  void btt_knowsTheBiosOfADisk_thatEndsThemAsRequests() throws IOException {
    Path file = folder.resolve("requests.dm");
    Files.writeString(
        file,
        """
        disk ram0 64M
        disk nullb0 64M latency=10ms
        create d0
        load d0 0 2048 striped 2 8 1:0 0 253:0 0
        resume d0
        read d0 0 16384
        """);
    String all = Cli.run("run", file.toString(), "--btt").out().replaceAll(" +", " ");
    assertTrue(all.contains("253,0 Q2C 0.010000000 0.010000000 0.010000000 2"), all);
    assertTrue(all.contains("253,0 8192 bytes"), all);
    assertTrue(!all.contains("not completed"), all);
  }

  @Test
  void watch_drawsTheTreeOfDevices_withCounts() throws IOException {
    String all = String.join("\n", run("--watch"));
    assertTrue(
        all.contains(
            """
            0.064000 s  dmctl> read d0 0 8192
            d0 (252:1)  1 queued, 1 under way, 0 completed
             └─low (252:0)
                ├─ram1 (1:1)
                └─ram0 (1:0)
            """),
        all);
    assertTrue(all.contains("No devices found"), all);
    assertTrue(all.contains("low (252:0)  2 queued, 0 under way, 2 completed"), all);
    assertTrue(all.endsWith("CLEAN  no report; kernel 6.12.117, preempt full, 2 CPUs"), all);
  }

  @Test
  void watch_onATerminal_drawsOverTheDrawingBefore() throws IOException {
    StringWriter out = new StringWriter();
    Watched watched = new Watched(new PrintWriter(out, true), true, 30);
    new ScriptRun(ScriptParser.parse("slow", SLOW), Overrides.NONE, Listener.NONE)
        .watchedBy(watched)
        .run();
    watched.finish();
    assertTrue(out.toString().contains("\u001b[2A\u001b[J"), out.toString());
    out.toString()
        .replaceAll("\u001b\\[\\d*[AJ]", "")
        .lines()
        .forEach(l -> assertTrue(l.length() <= 30, l));
  }

  @Test
  void everyCommandHasAManualPage_withItsOptions() {
    CommandLineTool tool =
        new CommandLineTool(
            new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
    Map<String, String> pages = new TreeMap<>(ManPages.all(tool.commandLine(null)));
    assertEquals(Tools.names().size() + 1, pages.size());
    Tools.names().forEach(n -> assertTrue(pages.containsKey("dmsim-" + n + ".1"), n));
    String run = pages.get("dmsim-run.1");
    assertTrue(run.contains(".B \\-\\-follow N"), run);
    assertTrue(run.contains("dmsim-run \\- Runs a script once"), run);
    pages
        .values()
        .forEach(
            p ->
                p.lines()
                    .filter(l -> l.startsWith(".") || l.startsWith("'"))
                    .forEach(l -> assertTrue(l.matches("\\.(TH|SH|TP|nf|fi|B|I|BR)( .*)?"), l)));
  }

  @Test
  void man_writesThem_andSaysWhereItCannot() throws IOException {
    Path manuals = folder.resolve("manuals");
    assertEquals(0, Cli.run("man", manuals.toString()).status());
    assertTrue(Files.readString(manuals.resolve("man1/dmsim.1")).startsWith(".TH"));
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(2, Cli.run("man", file.toString()).status());
  }

  @Test
  void site_isNotWrittenOverSomethingElse() throws IOException {
    Cli cli = Cli.run("site", Files.writeString(folder.resolve("x"), "").getParent().toString());
    assertEquals(2, cli.status());
    assertTrue(cli.err().contains("holds something else than a site"), cli.err());
  }
}
