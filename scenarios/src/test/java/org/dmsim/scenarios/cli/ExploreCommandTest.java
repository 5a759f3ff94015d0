package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmsim.scenarios.Dmsim;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stopping a search, going on with it, and what programs read of it. */
class ExploreCommandTest {

  /** A saved search is a line of text and then bytes. */
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;

  @TempDir private Path folder;

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private static Cli explore(String... args) {
    List<String> all = new ArrayList<>(List.of("explore"));
    all.addAll(Arrays.asList(args));
    return Cli.run(all.toArray(String[]::new));
  }

  private static String wrong(String... args) {
    Cli c = explore(args);
    assertEquals(2, c.status(), c.out());
    assertEquals("", c.out());
    assertEquals(1, c.err().lines().count(), c.err());
    return c.err().strip();
  }

  @Test
  void conflicts_sayWhatTheSchedulesAreFor() {
    Cli c = explore("increments:2", "--conflicts");
    assertEquals(
        List.of(
            "schedules  only for it  steps meet at",
            "        3            3  x0",
            "        1               adder1 changes, adder2 changes",
            "        1               adder1 changes, adder2 reads",
            "        1               adder1 reads, adder2 changes"),
        c.lines().subList(0, 5),
        c.out());
    assertTrue(c.lastLine().startsWith("EXHAUSTED  4 schedules"), c.out());
    JsonObject o =
        JsonParser.parseString(explore("increments:2", "--conflicts", "--json").out())
            .getAsJsonObject();
    assertEquals(
        3, o.getAsJsonArray("conflicts").get(0).getAsJsonObject().get("schedules").getAsInt());
    assertEquals(
        "dmsim: --conflicts is for searches that are exhaustive and not bounded",
        wrong("increments:2", "--conflicts", "--preemptions", "1"));
  }

  /** Additions commute; tried in every order they are more schedules that show nothing more. */
  @Test
  void additions_canBeTriedInEveryOrder() {
    String fewer = explore("destroy-against-swap", "--fixed").lastLine();
    String all = explore("destroy-against-swap", "--fixed", "--order-additions").lastLine();
    assertTrue(fewer.startsWith("EXHAUSTED  50 schedules, each once; 0 redundant"), fewer);
    assertTrue(all.startsWith("EXHAUSTED  510 schedules, each once; 0 redundant"), all);
  }

  // ---- stopping, and going on ------------------------------------------------------------------

  @Test
  void limit_namesTheFileAndTheLineThatGoesOn() {
    String saved = file("five.search");
    Cli c = explore("writers:5", "--max-schedules", "50", "--save", saved);
    assertEquals(
        List.of(
            "go on: dmsim explore writers:5 --resume " + saved,
            "BOUND-REACHED  max-schedules=50, 50 schedules seen, nothing found; kernel 6.12.117,"
                + " preempt full, 5 CPUs"),
        c.lines());
    Cli rest = explore("writers:5", "--resume", saved);
    assertEquals(explore("writers:5").out(), rest.out());
    assertEquals(0, rest.status());
  }

  @ParameterizedTest
  @CsvSource({
    "destroy-against-swap,1",
    "suspend-against-nowait,2",
    "increments:3,5",
    "readers:6,13",
    "doubled-put:fixed,4"
  })
  void search_thatWasStoppedAgainAndAgain_endsAsInOnePiece(String name, String runs) {
    String saved = file("search.search");
    Cli c = explore(name, "--max-schedules", runs, "--save", saved);
    for (int i = 0; i < 100 && c.lastLine().startsWith("BOUND-REACHED"); i++) {
      c = explore("--resume", saved, "--max-schedules", runs);
    }
    Cli whole = explore(name);
    assertEquals(whole.out(), c.out());
    assertEquals(whole.status(), c.status());
  }

  /** Thousands of orders of the same few steps: the plans of a search may not outgrow it. */
  @Test
  void searchWithManyPlans_isASmallFile_andGoesOn() throws IOException {
    String saved = file("plans.search");
    explore("lastzero:24", "--max-schedules", "5000", "--save", saved);
    long bytes = Files.size(Path.of(saved));
    assertTrue(bytes < 20_000, bytes + " bytes");
    Cli c = explore("--resume", saved, "--max-schedules", "5");
    assertTrue(c.lastLine().contains(", 5005 schedules seen"), c.out());
  }

  @Test
  void seeds_goOnWhereTheyStopped() {
    String saved = file("random.search");
    explore("writers:3", "--strategy", "random", "--max-schedules", "300", "--save", saved);
    Cli c = explore("--resume", saved, "--max-schedules", "400");
    assertTrue(
        c.lastLine().startsWith("BOUND-REACHED  max-schedules=400, 700 schedules seen"), c.out());
  }

  @Test
  void maxTime_isABoundWithItsValue() {
    Cli c = explore("lastzero:24", "--max-time", "150ms", "--save", file("late.search"));
    assertTrue(c.lastLine().startsWith("BOUND-REACHED  max-time=150ms, "), c.out());
    assertEquals(3, c.status());
  }

  /** As a user does it, in a JVM of its own: Ctrl-C ends in INTERRUPTED, and nothing is lost. */
  @Test
  void interrupted_saysWhatWasSeen_andGoesOn() throws Exception {
    String saved = file("interrupted.search");
    List<String> command =
        List.of(
            "env",
            "--default-signal=INT",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "--add-exports",
            "java.base/jdk.internal.vm=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Dmsim.class.getName(),
            "explore",
            "killed-behind-a-new-owner",
            "--save",
            saved);
    Process p = new ProcessBuilder(command).start();
    BufferedReader said = p.errorReader();
    String last = said.readLine();
    while (!last.startsWith("or fewer tasks")) { // it says so when it has searched for a while
      last = said.readLine();
    }
    new ProcessBuilder("kill", "-INT", Long.toString(p.pid())).start().waitFor();
    String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(p.waitFor(600, TimeUnit.SECONDS));
    List<String> lines = out.lines().toList();
    assertEquals(
        "go on: dmsim explore killed-behind-a-new-owner --resume " + saved, lines.getFirst(), out);
    assertTrue(lines.getLast().matches("INTERRUPTED {2}\\d+ schedules? seen, nothing .*"), out);
    assertEquals(130, p.exitValue());
    Cli c = explore("--resume", saved, "--max-schedules", "5", "--json");
    long seen = Long.parseLong(lines.getLast().split(" +")[1]);
    assertEquals(
        seen + 5, JsonParser.parseString(c.out()).getAsJsonObject().get("explored").getAsLong());
  }

  // ---- what is refused -------------------------------------------------------------------------

  @Test
  void savedSearch_thatIsNone_isRefusedInOneLine() throws IOException {
    String saved = file("good.search");
    explore("writers:4", "--max-schedules", "5", "--save", saved);
    String good = Files.readString(Path.of(saved), BYTES);
    assertEquals(
        "dmsim: --resume: " + file("no.search") + ": there is no such file",
        wrong("--resume", file("no.search")));
    String bad = file("bad.search");
    Files.writeString(Path.of(bad), "{\"verdict\":\"CLEAN\"}");
    assertEquals(
        "dmsim: --resume: "
            + bad
            + ": not a saved search; give the file that an interrupted search has named",
        wrong("--resume", bad));
    Files.writeString(Path.of(bad), good.replace("\"version\":4", "\"version\":7"), BYTES);
    assertEquals(
        "dmsim: --resume: "
            + bad
            + ": a search in version 7 of the format, and this dmsim reads version 4; search anew",
        wrong("--resume", bad));
    char last = good.charAt(good.length() - 6); // of gzip's checksum
    Files.writeString(
        Path.of(bad),
        good.substring(0, good.length() - 6)
            + (char) (last ^ 1)
            + good.substring(good.length() - 5),
        BYTES);
    assertEquals(
        "dmsim: --resume: "
            + bad
            + ": a damaged search (its state is not as it was written); search anew",
        wrong("--resume", bad));
    Files.writeString(Path.of(bad), good.substring(0, good.length() * 2 / 3), BYTES);
    assertTrue(wrong("--resume", bad).startsWith("dmsim: --resume: " + bad + ": a damaged search"));
    Files.writeString(Path.of(bad), good.lines().findFirst().orElseThrow() + "\nno state\n");
    assertTrue(wrong("--resume", bad).startsWith("dmsim: --resume: " + bad + ": a damaged search"));
    Files.writeString(
        Path.of(bad), good.replaceFirst("\"program\":\"\\w+\"", "\"program\":\"1\""), BYTES);
    assertEquals(
        "dmsim: --resume: "
            + bad
            + " is of another writers:4: the program, or dmsim, has changed since; search anew",
        wrong("--resume", bad));
  }

  @Test
  void options_thatContradictTheSavedSearch_areNamed() {
    String saved = file("four.search");
    explore("writers:4", "--max-schedules", "5", "--save", saved);
    String of = ", but " + saved + " is of a search with ";
    assertEquals(
        "dmsim: NAME is sb" + of + "writers:4; leave it out", wrong("sb", "--resume", saved));
    assertEquals(
        "dmsim: --kernel is 6.6" + of + "6.12.117; leave it out",
        wrong("--resume", saved, "--kernel", "6.6"));
    assertEquals(
        "dmsim: --strategy is pct" + of + "exhaustive; leave it out",
        wrong("--resume", saved, "--strategy", "pct"));
    assertEquals(
        "dmsim: --preemptions is 2" + of + "-1; leave it out",
        wrong("--resume", saved, "--preemptions", "2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--strategy dfs|'dfs' is no strategy; write exhaustive, random or pct",
        "--jobs 0|jobs=0 is out of range; write 1 to 64",
        "--jobs 65|jobs=65 is out of range; write 1 to 64",
        "--max-time soon|--max-time: 'soon' is no time; write 30s, 5m, 2h or 500ms",
        "--max-time 0|--max-time: '0' is no time; write 30s, 5m, 2h or 500ms",
        "--max-schedules 0|max-schedules=0; write 1 or more",
        "--replay v9:x|--replay: 'v9:x' is no token of this dmsim; paste the v2:... that it"
            + " printed",
        "--replay v1::0 --jobs 2|--replay makes one run; --strategy, --jobs, --resume, --save and"
            + " limits do not go with it"
      })
  void option_thatMakesNoSense_isRefused(String options, String message) {
    List<String> args = new ArrayList<>(List.of("sb"));
    args.addAll(List.of(options.split(" ")));
    assertEquals("dmsim: " + message, wrong(args.toArray(String[]::new)));
  }

  // ---- tokens ----------------------------------------------------------------------------------

  @Test
  void token_knowsScenarioAndMachine() {
    Cli c = explore("get-from-kobject", "--cpus", "3", "--kernel", "6.6");
    String token = c.lastLine().substring(c.lastLine().lastIndexOf(' ') + 1);
    assertTrue(
        token.startsWith("v2:get-from-kobject:kernel=6.6,preempt=full,cpus=3,exhaustive:"), token);
    Cli again = explore("--replay", token);
    assertEquals(1, again.status());
    String findings = c.out().substring(0, c.out().indexOf("a lesson, preempt full"));
    assertTrue(again.out().startsWith(findings), again.out());
    String old = "v1:" + token.split(":", -1)[3] + ":" + token.split(":", -1)[4];
    Cli byOld = explore("get-from-kobject", "--cpus", "3", "--kernel", "6.6", "--replay", old);
    assertEquals(again.out(), byOld.out());
    assertEquals(
        "dmsim: --cpus is 4, but the token is of a search with 3; leave it out",
        wrong("--replay", token, "--cpus", "4"));
    assertEquals(
        "dmsim: NAME is sb, but the token is of a search with get-from-kobject; leave it out",
        wrong("sb", "--replay", token));
  }

  @Test
  void replay_thatDiverges_saysStepExpectedAndGot() {
    assertEquals(
        "dmsim: the replay diverged at step 2: expected task number 9, got only 4 tasks; the token"
            + " is of another program, another machine or another version of dmsim",
        wrong("--replay", "v2:sb:kernel=6.12.117,preempt=full,cpus=2,exhaustive:2.9:0"));
  }

  // ---- expected counts -------------------------------------------------------------------------

  @Test
  void expectSchedules_holdsAScriptToItsCount() throws IOException {
    Path script = folder.resolve("readers.dm");
    String text =
        """
        kernel 6.6 preempt=full cpus=4
        disk ram0 64M
        create d0
        load d0 0 131072 linear 1:0 0
        resume d0
        task a:
          info d0
        task b:
          info d0
        expect clean
        expect schedules %d
        """;
    Files.writeString(script, text.formatted(100_000));
    String wrong = Cli.run("test", script.toString()).out();
    String count = wrong.replaceAll("(?s).*expected 100000 schedules, got (\\d+)\\n.*", "$1");
    assertTrue(count.matches("\\d+"), wrong);
    assertTrue(
        explore(script.toString()).lastLine().contains(" " + count + " schedules"),
        () -> explore(script.toString()).out());
    Files.writeString(script, text.formatted(Integer.parseInt(count)));
    assertEquals(0, Cli.run("test", script.toString()).status());
    Files.writeString(script, text.formatted(Integer.parseInt(count) - 2));
    Cli fewer = Cli.run("test", script.toString());
    assertEquals(1, fewer.status());
    assertTrue(fewer.out().contains("schedules, got more"), fewer.out());
  }

  // ---- for programs ----------------------------------------------------------------------------

  @Test
  void json_hasTheHeadOfARun() {
    JsonObject run =
        JsonParser.parseString(Cli.run("run", "nowait", "--json").out()).getAsJsonObject();
    Cli c = explore("writers:4", "--json");
    JsonObject o = JsonParser.parseString(c.out()).getAsJsonObject();
    for (String key : List.of("verdict", "scenario", "kernel", "preempt", "cpus")) {
      assertTrue(run.has(key) && o.has(key), key);
    }
    assertEquals("EXHAUSTED", o.get("verdict").getAsString());
    assertEquals(24, o.get("explored").getAsLong());
    assertEquals(24, o.get("estimate").getAsLong());
    assertFalse(o.has("finding"));
    assertEquals(c.out(), explore("writers:4", "--json").out());
  }

  @Test
  void json_ofAFinding_holdsReportsColumnsAndTheLineToPaste() {
    Cli c = explore("destroy-against-swap", "--json");
    assertEquals(1, c.status());
    JsonObject o = JsonParser.parseString(c.out()).getAsJsonObject();
    assertEquals("VIOLATION", o.get("verdict").getAsString());
    JsonObject f = o.getAsJsonObject("finding");
    assertTrue(f.getAsJsonArray("columns").size() > 3);
    assertEquals(
        "STUCK", f.getAsJsonArray("reports").get(0).getAsJsonObject().get("check").getAsString());
    String line = o.get("replay").getAsString();
    Cli again = Cli.run((line + " --json").replace("dmsim ", "").split(" "));
    JsonObject replayed = JsonParser.parseString(again.out()).getAsJsonObject();
    assertEquals(f.get("reports"), replayed.getAsJsonObject("finding").get("reports"));
    assertEquals(f.get("columns"), replayed.getAsJsonObject("finding").get("columns"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "doubled-put --strategy random --seed 3",
        "doubled-put --strategy pct --seed 3",
        "doubled-put",
        "destroy-against-swap",
        "lastzero:11",
        "lastzero:11 --max-schedules 3000",
        "lastzero:4 --preemptions 2",
        "nowait-swap --kernel 6.6-rc1",
        "nowait-swap --kernel 6.6 --max-schedules 800"
      })
  void jobs_changeNothing(String line) {
    String[] search = line.split(" ");
    Cli one = explore(search);
    String[] several = Arrays.copyOf(search, search.length + 2);
    several[search.length] = "--jobs";
    several[search.length + 1] = "3";
    assertEquals(one.out(), explore(several).out());
  }

  @Test
  @Tag("deep")
  void jobs_changeNothingOfALongBoundedSearch() {
    jobs_changeNothing("lastzero:6 --preemptions 2");
  }

  @Test
  void progressLine_saysHowFarItIs() {
    assertEquals(
        "1,000 of about 150,000 schedules, 20,000/s, depth 31, 7 s left",
        SearchProgress.line(1_000, 147_456, 20_000, 31).strip());
  }
}
