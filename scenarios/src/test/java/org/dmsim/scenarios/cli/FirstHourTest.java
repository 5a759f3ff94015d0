package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.explore.Search;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody comes upon who uses dmsim for the first time. */
final class FirstHourTest {

  private static final String MAPPED =
      "disk ram0 1M\ncreate d0\nload d0 0 2048 linear 1:0 0\nresume d0\n";

  @TempDir private Path folder;

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  // ---- names -----------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {"ram0", "/dev/ram0", "1:0", "d0", "/dev/mapper/d0", "dm-0", "/dev/dm-0", "252:0"})
  void device_isKnownByEveryNameOfIts(String name) throws IOException {
    String script =
        MAPPED
            + "read NAME 0 4096\nlimits NAME\ncreate d1\n"
            + "load d1 0 512 linear NAME 0; 512 512 linear NAME 512\nresume d1\nread d1 0 4096\n";
    String in = name.equals("d0") ? "252:0" : name; // in a table a bare word may be an argument
    String text = script.replace("linear NAME", "linear " + in).replace("NAME", name);
    assertEquals("CLEAN", Cli.run("run", file("a.dm", text)).verdict(), text);
  }

  @Test
  void device_thatIsNotThere_isAnsweredWithThoseThatAre() throws IOException {
    Cli c = Cli.run("run", file("a.dm", MAPPED + "read dm-7 0 4096\n"));
    assertTrue(
        c.err().contains("is answered ENXIO; there are ram0 (1:0), dm-0 (252:0); mend"), c.err());
    c = Cli.run("run", file("a.dm", MAPPED + "load d0 0 8 linear /dev/ram3 0\n"));
    assertTrue(c.err().contains("; there are ram0 (1:0), dm-0 (252:0); mend"), c.err());
    c = Cli.run("run", file("a.dm", MAPPED + "read /dev/mapper/d1 0 4096\n"));
    assertTrue(c.err().contains("no device 'd1' in this script; did you mean d0?"), c.err());
  }

  @Test
  void name_thatNoIoctlHolds_isRefused() throws IOException {
    Cli c = Cli.run("run", file("a.dm", "create " + "x".repeat(5000) + "\n"));
    assertTrue(c.err().contains(":1:8: the name has 5000 characters; an ioctl"), c.err());
    c = Cli.run("run", "x".repeat(5000));
    assertTrue(c.err().length() < 300, c.err());
  }

  // ---- records ---------------------------------------------------------------------------------

  /** Each event stands under the task whose I/O it is of, and all are there. */
  @Test
  void events_ofSeveralTasks_areFiledUnderTheirOwn() throws IOException {
    String script =
        "disk ram0 1M\ndisk ram1 1M latency=1ms\ncreate d0\nload d0 0 2048 linear 1:0 0\n"
            + "resume d0\ncreate d1\nload d1 0 2048 delay 1:1 0 5\nresume d1\n"
            + "task one:\n  read d0 0 4096\n  write d0 4096 4096\n"
            + "task two:\n  read d1 8192 4096\n  read d0 65536 4096\n"
            + "task three:\n  write d1 16384 4096\n  flush d1\n";
    String f = file("a.dm", script);
    JsonObject run =
        JsonParser.parseString(Cli.run("run", f, "--json", "--trace").out()).getAsJsonObject();
    List<String> filed = new ArrayList<>();
    for (JsonElement e : run.getAsJsonArray("steps")) {
      JsonObject step = e.getAsJsonObject();
      for (JsonElement line : step.getAsJsonArray("out")) {
        if (line.getAsString().startsWith("ev: ")) {
          filed.add(line.getAsString());
          sectorIsOf(step.get("task").getAsString(), line.getAsString());
        }
      }
    }
    JsonArray trace = run.getAsJsonArray("trace");
    assertEquals(trace.size(), filed.size(), "no event is lost");
  }

  private static void sectorIsOf(String task, String event) {
    String sector = event.split(" ")[4];
    String owner =
        switch (sector) {
          case "0" -> event.contains("FF") || event.contains(" F ") ? "three" : task;
          case "8" -> "one";
          case "16", "128" -> "two";
          case "32" -> "three";
          default -> task;
        };
    assertEquals(owner, task, event);
  }

  // ---- what has no end, and what is too large --------------------------------------------------

  @Test
  void run_thatGoesRound_isALivelock() throws IOException {
    String script =
        "kernel 6.1\ncreate d0\nload d0 0 1024 zero\nresume d0\n"
            + "load d0 0 1024 linear 252:0 0\nresume d0\nread d0 0 4096\n";
    String f = file("round.dm", script);
    Cli c = Cli.run("run", f, "--max-steps", "40000");
    assertEquals("VIOLATION", c.verdict(), c.out());
    assertTrue(c.out().contains("LIVELOCK: dmctl makes the same steps for ever"), c.out());
    String[] paste = c.lastLine().replaceFirst(".*: dmsim ", "").split(" ");
    assertEquals(c.lastLine(), Cli.run(paste).lastLine());
  }

  @Test
  void bound_ofSteps_isNamedAndCanBeSet() throws IOException {
    String f = file("a.dm", MAPPED + "task io:\n" + "  read d0 0 4096\n".repeat(20));
    Cli c = Cli.run("explore", f, "--max-steps", "100");
    assertTrue(c.lastLine().startsWith("BOUND-REACHED  steps<=100"), c.out());
    assertEquals("EXHAUSTED", Cli.run("explore", f).verdict());
    assertTrue(Cli.run("run", f, "--max-steps", "100").lastLine().contains("--max-steps N"));
  }

  @Test
  void search_thatIsTooLarge_saysSoWhereItDoesNotEndAtOnce() {
    Cli limited = Cli.run("explore", "lastzero:24", "--max-time", "1ms");
    assertEquals("", limited.err(), "it is limited");
    Cli found = Cli.run("explore", "back-off");
    assertEquals("", found.err(), "it finds something in its third schedule, of 200 million");
    List<String> said = new ArrayList<>();
    Programs.Named program = Scripts.program("lastzero:24");
    Configuration c = program.configuration();
    Search search = Search.of(program, c, Bounds.EXHAUSTIVE);
    Explorer explorer = new Explorer(program.program(), c, Bounds.EXHAUSTIVE);
    SearchProgress progress = new SearchProgress(false, null, Long.MAX_VALUE);
    progress.afterSomeTime(new TooLarge(search, explorer, " --kernel=6.6", said::add)::say);
    progress.itTakesTime();
    progress.itTakesTime();
    assertTrue(said.getFirst().matches("This search has about [1-9][0-9,]{8,} schedules.*"));
    assertTrue(said.contains("  dmsim explore lastzero:24 --kernel=6.6 --preemptions 1"));
    assertTrue(said.get(3).contains("steps  x"), said.toString());
    assertEquals(1, said.stream().filter(l -> l.startsWith("This search")).count(), "once");
  }

  @Test
  void table_ofThousandsOfLines_isAnsweredLineByLine() throws IOException {
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      String target = i % 400 == 399 ? "linaer 1:0 0" : "linear 1:0 " + i * 8;
      table.append(i * 8).append(" 8 ").append(target).append('\n');
    }
    Cli c = Cli.run("table", file("t", table.toString()));
    assertEquals("1995 passed, 5 failed", c.lastLine());
    assertTrue(c.out().contains("\n400: EINVAL  3192 8 linaer 1:0 0\n"), c.out().substring(0, 99));
  }

  @Test
  void image_isReadFromTheScriptsDirectory() throws IOException {
    file("four", "four");
    String look =
        "image ram0 four 4096\ndump ram0 4096 16\nexpect line \"00001000: 66 6f 75 72 00\"\n";
    Cli c = Cli.run("run", file("a.dm", look));
    assertEquals("CLEAN", c.verdict(), c.out());
    String wrong = file("b.dm", "image ram0 five\n");
    c = Cli.run("run", wrong);
    assertEquals(2, c.status());
    assertTrue(c.err().startsWith(wrong + ":1:12: cannot read "), c.err());
  }

  @Test
  void commandThatLooksAtADevice_makesAScriptWrongWhereItFails() throws IOException {
    String error = "create d0\nload d0 0 1024 error\nresume d0\n";
    for (String look :
        List.of("hash d0 0 512", "dump d0 0 512", "pattern d0 0 512 1", "poke d0 0 00")) {
      Cli c = Cli.run("run", file("a.dm", error + look + "\n"));
      assertEquals(2, c.status(), look);
      assertTrue(c.err().contains("'" + look + "' is answered EIO"), c.err());
      assertEquals(0, Cli.run("run", file("a.dm", error + look + "\nexpect EIO\n")).status());
    }
    Cli late = Cli.run("run", file("a.dm", error + "await d0 50 zero\n"));
    assertTrue(late.err().contains("'await d0 50 zero' is answered timeout"), late.err());
    assertEquals(2, late.status());
  }

  // ---- replay, save, faults --------------------------------------------------------------------

  @Test
  void replay_takesTokensOfRunsAndOfSearches() {
    Cli found = Cli.run("explore", "back-off");
    String token = found.lastLine().replaceFirst(".*--replay ", "");
    String expected = "VIOLATION  LIVELOCK: up and down make the same steps for ever";
    assertEquals(expected, Cli.run("replay", "back-off", token).lastLine());
    assertEquals(expected, Cli.run("replay", "back-off", "--schedule", token).lastLine());
    assertEquals(expected, Cli.run("replay", token).lastLine());
    Cli run = Cli.run("run", "nowait");
    String schedule = run.lastLine().replaceFirst(".*--schedule ", "");
    assertEquals(run.out(), Cli.run("replay", "nowait", schedule).out());
    assertEquals(2, Cli.run("replay", "nowait", token).status());
  }

  @Test
  void savedSearch_isNeitherOverwrittenNorLeftUnasked() throws IOException {
    String there = file("there.json", "precious");
    Cli c = Cli.run("explore", "writers:5", "--max-schedules", "5", "--save", there);
    assertEquals(2, c.status());
    assertTrue(c.err().contains("is there already; name another file"), c.err());
    assertEquals("precious", Files.readString(Path.of(there)));
    c = Cli.run("explore", "writers:5", "--save", folder.resolve("no/such.json").toString());
    assertEquals(2, c.status());
    c = Cli.run("explore", "writers:5", "--max-schedules", "5");
    assertTrue(c.lines().getFirst().startsWith("nothing is kept of it; with --save"), c.out());
    assertFalse(Files.exists(Path.of("writers-5.search.json")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--preemptions -1", "--max-steps 0", "--max-schedules 0", "--cpus 0"})
  void number_outOfRange_isRefused(String option) {
    assertEquals(2, Cli.run(("explore writers:3 " + option).split(" ")).status());
  }

  @Test
  void pathWithBlanks_isQuotedInLinesToPaste() throws IOException {
    Files.createDirectory(folder.resolve("my scripts"));
    String f = file("my scripts/it's.dm", Cli.run("list", "nowait").out());
    String last = Cli.run("run", f).lastLine();
    assertTrue(last.contains(" replay '" + f.replace("'", "'\\''") + "' --schedule v1:"), last);
  }

  @Test
  void targetOfOnesOwn_thatThrows_isAFinding() throws IOException {
    String load = "disk ram0 1M\ncreate d0\nload d0 0 8 hasty";
    Cli c = Cli.run("run", file("a.dm", load + "\n"));
    assertEquals("VIOLATION", c.verdict());
    String headline =
        "java.lang.ArrayIndexOutOfBoundsException: Index 0 out of bounds for length 0";
    assertTrue(c.out().contains(headline + " in task dmctl at HastyTarget.java:15"), c.out());
    c = Cli.run("explore", file("a.dm", load + "\ntask io:\n  list\n"));
    assertEquals("VIOLATION", c.verdict(), c.out());
    String more = load + " 1:0\nresume d0\ntask io:\n  read d0 0 4096\n";
    for (String command : List.of("run", "explore")) {
      c = Cli.run(command, file("b.dm", more));
      assertEquals("VIOLATION", c.verdict());
      assertTrue(c.out().contains("not written yet in task io at HastyTarget.java:20"), c.out());
    }
  }

  @Test
  void recordedCase_withAValueThatNobodyKnows_isTheFilesFault() throws IOException {
    String f =
        file(
            "a.jsonl",
            "\n{\"id\":\"a\",\"context\":\"task\",\"operation\":\"msleep\",\"preempt\":\"lazy\","
                + "\"ends\":\"normally\",\"reports\":[]}\n");
    Cli c = Cli.run("conform", f);
    assertEquals(2, c.status());
    assertTrue(
        c.err()
            .startsWith(f + ":2:1: the case \"a\": \"preempt\": 'lazy' is not a preemption model"),
        c.err());
    String tooOld = file("b.jsonl", Files.readString(Path.of(f)).replace("lazy", "rt"));
    assertTrue(
        Cli.run("conform", tooOld)
            .err()
            .startsWith(tooOld + ":2:1: the case \"a\": \"preempt\": preempt=rt needs kernel"));
    for (String wrong :
        List.of(
            "{\"id\":\"a\",\"steps\":[{}]}",
            "{\"id\":\"a\",\"steps\":3}",
            "{\"id\":\"a\",\"steps\":[]}",
            "{\"id\":\"a\",\"kernel\":\"9.9\",\"steps\":[{\"do\":\"list\",\"out\":[\"ok\"]}]}",
            "{\"id\":\"a\",\"kernel\":[6.1],\"steps\":[{\"do\":\"list\",\"out\":[\"ok\"]}]}",
            "{\"id\":\"a\",\"preempt\":\"rt\",\"steps\":[{\"do\":\"list\",\"out\":[\"ok\"]}]}",
            "{\"id\":\"a\",\"preempt\":\"sometimes\",\"steps\":[{\"do\":\"list\",\"out\":[\"ok\"]}]}",
            "{\"id\":\"a\",\"steps\":[{\"do\":\"list\",\"out\":[]}]}",
            "{\"id\":[],\"spec\":1}")) {
      assertEquals(2, Cli.run("conform", file("b.jsonl", wrong + "\n")).status(), wrong);
    }
  }
}
