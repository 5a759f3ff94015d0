package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CommandLineTest {

  @TempDir private Path folder;

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  static Stream<Arguments> wrongCommandLines() {
    return Stream.of(
        arguments("rnu nowait", "unknown command 'rnu'; did you mean run?"),
        arguments("run", "run needs FILE|NAME; see: dmsim run --help"),
        arguments("run nowiat", "no scenario and no file 'nowiat'; did you mean nowait?"),
        arguments(
            "run nonsense", "no scenario and no file 'nonsense'; 'dmsim list' shows the scenarios"),
        arguments("run nowait --kernl 6.6", "unknown option '--kernl'; did you mean --kernel?"),
        arguments(
            "run nowait --kernel 4.0",
            "--kernel: kernel 4.0 is not modelled; the nearest that are: 5.4"
                + " (all: dmsim kernels)"),
        arguments(
            "run nowait --preempt hard",
            "--preempt: 'hard' is not a preemption model; write full, voluntary, none or rt"),
        arguments(
            "run nowait --preempt rt",
            "preempt=rt needs kernel 6.12 or newer (d2d6422f8bd1); kernel 6.6-rc1 has PREEMPT_RT"
                + " only as a patch set of its own"),
        arguments("run nowait --cpus 65", "--cpus=65 is out of range; write 1 to 64"),
        arguments("run nowait nowait", "'nowait' is one word too many; see: dmsim run --help"),
        arguments("replay nowait", "replay needs TOKEN; write: dmsim replay nowait TOKEN"),
        arguments(
            "replay nowait --schedule xyz",
            "--schedule: 'xyz' is not a schedule; paste the v1:… that dmsim printed"),
        arguments(
            "conform none.jsonl",
            "no file 'none.jsonl'; conform reads files of recorded cases, .jsonl"),
        arguments("help nonsense", "no help on 'nonsense'; write: dmsim help"));
  }

  @ParameterizedTest
  @MethodSource("wrongCommandLines")
  void wrongCommandLine_isAnsweredInOneLine(String line, String expected) {
    Cli c = Cli.run(line.split(" "));
    assertEquals("dmsim: " + expected + System.lineSeparator(), c.err());
    assertEquals("", c.out());
    assertEquals(2, c.status());
  }

  @Test
  void replay_whenOfAnotherRun_saysSo() {
    Cli c = Cli.run("replay", "nowait", "--schedule", "v1::zz");
    assertTrue(c.err().startsWith("dmsim: the replay diverged at step "), c.err());
    assertEquals(2, c.status());
  }

  @Test
  void script_whenWrong_isAnsweredWithItsPlace() throws IOException {
    String f = file("a.dm", "create d0\nraed d0 0 4096\n");
    Cli c = Cli.run("run", f);
    assertEquals(
        f + ":2:1: unknown command 'raed'; did you mean read?" + System.lineSeparator(), c.err());
    assertEquals(2, c.status());
  }

  @Test
  void table_whenOutOfRange_isAnsweredWithItsPlaceAndTheKernelsReason() throws IOException {
    String f = file("a.dm", "disk ram0 64M\ncreate d0\nload d0 0 131073 linear 1:0 0\n");
    Cli c = Cli.run("run", f);
    assertEquals(
        f
            + ":3:9: 'load d0 0 131073 linear 1:0 0' is answered EINVAL (device-mapper: table:"
            + " 252:0: ram0 too small for target: start=0, len=131073, dev_size=131072); mend it,"
            + " or if that is meant write 'expect EINVAL' below it, or '-- may fail' behind it"
            + System.lineSeparator(),
        c.err());
    assertEquals(2, c.status());
  }

  @Test
  void table_whenOutOfRangeOnPurpose_isRun() throws IOException {
    String f =
        file("a.dm", "disk ram0 64M\ncreate d0\nload d0 0 131073 linear 1:0 0\nexpect EINVAL\n");
    assertEquals("CLEAN", Cli.run("run", f).verdict());
  }

  @Test
  void table_whenItsTargetIsNotModelled_isNoAnswerOfTheKernel() throws IOException {
    String f = file("a.dm", "create d0\nload d0 0 8 zero; 8 8 vdo V4 0\nexpect EINVAL\n");
    Cli c = Cli.run("run", f);
    assertTrue(c.err().startsWith(f + ":2:9: the target 'vdo' is not modelled; "), c.err());
    assertEquals(2, c.status());
  }

  @Test
  void message_whenNotModelled_isNoAnswerOfTheKernel() throws IOException {
    String f = file("a.dm", "create d0\nmessage d0 0 @stats_list\n");
    Cli c = Cli.run("run", f);
    assertEquals(
        f + ":2:14: the statistics of device mapper are not modelled" + System.lineSeparator(),
        c.err());
    assertEquals(2, c.status());
  }

  @Test
  void conform_whenALineIsNoCase_saysWhich() throws IOException {
    String f =
        file(
            "a.jsonl", "{\"id\":\"a\",\"steps\":[{\"do\":\"list\",\"out\":[\"ok\"]}]}\nnonsense\n");
    Cli c = Cli.run("conform", f);
    assertEquals(
        f
            + ":2:1: not a JSON object; a recorded case is one line {\"id\": ..., ...}"
            + System.lineSeparator(),
        c.err());
    assertEquals(2, c.status());
  }

  @Test
  void conform_ofAFileWithoutCases_isNoSuccess() throws IOException {
    String f = file("c.jsonl", "\n");
    Cli c = Cli.run("conform", f);
    assertEquals(2, c.status());
    assertTrue(c.err().contains(": no case in it; "), c.err());
  }

  @Test
  void conform_showsExpectedAndGot() throws IOException {
    String f =
        file(
            "a.jsonl",
            "{\"id\":\"a\",\"steps\":[{\"do\":\"create d0\",\"out\":[\"EPERM\"]},"
                + "{\"do\":\"list\",\"out\":[\"ok\",\"d0\"]}]}\n");
    Cli c = Cli.run("conform", f);
    assertEquals(
        """
        FAILED  a
          step 1: create d0
            - expected EPERM
            + got ok flags= open=0 event=0 targets=0
        FILE, as Linux 6.1.192: 0 passed, 1 failed
        0 passed, 1 failed
        """,
        c.out().replace(f, "FILE"));
    assertEquals(1, c.status());
  }

  @Test
  void conform_ofOneCase_runsThatCase() throws IOException {
    String steps = "\"steps\":[{\"do\":\"list\",\"out\":[\"ok\"]}]}\n";
    String f = file("a.jsonl", "{\"id\":\"a\"," + steps + "{\"id\":\"b\"," + steps);
    assertEquals("1 passed, 0 failed", Cli.run("conform", f, "--case", "b").lastLine());
    assertEquals(2, Cli.run("conform", f, "--case", "c").status());
  }

  @Test
  void test_holdsScriptsAgainstTheirExpectations() throws IOException {
    String right = file("right.dm", "create d0\nremove d0\nexpect ok\nexpect clean\n");
    String wrong = file("wrong.dm", "create d0\ncreate d0\nexpect ok\nexpect violation\n");
    Cli c = Cli.run("test", right, wrong);
    assertEquals(
        """
        ok      right.dm on 6.12.117 preempt=full cpus=2
        FAILED  wrong.dm on 6.12.117 preempt=full cpus=2
                wrong.dm:2:1: expected ok, got EBUSY (create d0)
                wrong.dm:4:1: expected a violation, got a clean run
        1 passed, 1 failed
        """,
        c.out().replace(folder + "/", ""));
    assertEquals(1, c.status());
  }

  @Test
  void help_isEverywhere() {
    assertEquals(0, Cli.run("--help").status());
    for (String name : Tools.names()) {
      Cli c = Cli.run(name, "--help");
      assertEquals(0, c.status());
      assertTrue(
          c.out().lines().limit(2).anyMatch(line -> line.startsWith("Usage: dmsim " + name)),
          c.out());
      assertEquals(c.out(), Cli.run("help", name).out());
    }
    assertTrue(Cli.run("help", "script").out().contains("read_nowait DEV OFFSET LENGTH"));
  }

  @Test
  void json_holdsTheWholeRun() {
    Cli c = Cli.run("run", "nowait", "--json");
    JsonObject run = JsonParser.parseString(c.out()).getAsJsonObject();
    assertEquals("VIOLATION", run.get("verdict").getAsString());
    assertEquals(2, run.getAsJsonArray("reports").size());
    assertEquals(4, run.getAsJsonArray("steps").size());
    assertEquals(1, c.status());
  }

  @Test
  void trace_printsEventsAsBlkparseDoes() throws IOException {
    String f = file("a.dm", "disk ram0 64M\nwrite ram0 4096 4096\n");
    Cli c = Cli.run("run", "--trace", f);
    assertEquals(
        """
        > write ram0 4096 4096
          1,0    0        1     0.000000000    55  Q  WS 8 + 8 [dmctl]
          1,0    0        2     0.000000000    55  C  WS 8 + 8 [0]
          4096

        CLEAN  no report; kernel 6.12.117, preempt full, 2 CPUs
        """,
        c.out());
  }

  @Test
  void list_printsAScenarioAsAFile() throws IOException {
    String f = file("mine.dm", Cli.run("list", "nowait").out());
    assertEquals("VIOLATION", Cli.run("run", f).verdict());
  }

  @Test
  void table_saysTheKernelsReasonForEachLine() throws IOException {
    String f =
        file(
            "t",
            """
            0 8 linear 1:0 0
            8 8 linear 1:0 131070   # beyond the end
            16 8 nosuch
            d0: 24 8 zero
            """);
    Cli c = Cli.run("table", f);
    assertEquals(
        """
        1: ok  0 8 linear 1:0 0
        2: EINVAL  8 8 linear 1:0 131070
            device-mapper: table: 252:0: ram0 too small for target: start=131070, len=8, dev_size=131072
            device-mapper: core: Cannot calculate initial queue limits
            device-mapper: ioctl: unable to set up device queue for new table.
        3: EINVAL  16 8 nosuch
            device-mapper: table: 252:0: nosuch: unknown target type
            device-mapper: ioctl: error adding target to table
        4: ok  d0: 24 8 zero
        kernel 6.12.117
        2 passed, 2 failed
        """,
        c.out());
    assertEquals(1, c.status());
  }

  @Test
  void table_whenATargetIsNotModelled_answersTheOtherLines() throws IOException {
    String f = file("t.table", "0 8 zero\n8 8 vdo V4 1:0\n16 8 linear 1:0 0\n");
    Cli c = Cli.run("table", f);
    assertTrue(c.out().contains("1: ok  0 8 zero\n2: not modelled  8 8 vdo V4 1:0\n"));
    assertTrue(c.out().contains("    the target 'vdo' is not modelled; "), c.out());
    assertTrue(c.out().contains("3: ok  16 8 linear 1:0 0\n"), c.out());
    assertEquals("2 passed, 0 failed, 1 not modelled", c.lastLine());
    assertEquals(2, c.status());
  }

  @Test
  void table_whenALineIsNone_saysWhere() throws IOException {
    String f = file("t", "0 8 zero\n  d0: 8 x zero\n");
    Cli c = Cli.run("table", f);
    assertEquals(
        f + ":2:9: LENGTH is 'x'; write a number of 512-byte sectors" + System.lineSeparator(),
        c.err());
    assertEquals(2, c.status());
  }
}
