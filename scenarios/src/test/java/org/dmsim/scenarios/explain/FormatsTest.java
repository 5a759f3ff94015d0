package org.dmsim.scenarios.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.dmsim.scenarios.explain.meaning.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One log in the forms in which logs are kept: the findings stay the same. */
final class FormatsTest {

  private static final String NAME = "sleeping-under-spinlock";

  /** Without any stamp. */
  private static List<String> bare() {
    return Logs.fault(NAME).lines().map(l -> l.replaceFirst("^\\[ *[0-9.]+\\] ?", "")).toList();
  }

  /** All that does not depend on where a line stands. */
  static String meaning(Finding f) {
    return String.join(
        "\n",
        Sentence.of(f),
        f.report().kind().word(),
        f.task(),
        f.report().kernel(),
        String.valueOf(f.reason()),
        f.offender(),
        String.valueOf(f.caller() == null ? null : f.caller().symbol()),
        f.opener(),
        String.valueOf(f.locks() == null ? null : f.locks().stream().map(l -> l.name()).toList()));
  }

  private static List<String> meanings(Explanation e) {
    return e.entries().stream().map(x -> meaning(x.finding())).toList();
  }

  private static List<String> right() {
    return meanings(Logs.explain(Logs.fault(NAME)));
  }

  private static Arguments form(String name, UnaryOperator<String> line) {
    return Arguments.of(name, line);
  }

  static Stream<Arguments> lineByLine() {
    return Stream.of(
        form("no stamp", l -> l),
        form("dmesg", l -> "[   12.345678] " + l),
        form("dmesg, caller", l -> "[   12.345678][  T311] " + l),
        form("dmesg -T", l -> "[Mon Nov 23 02:00:00 2026] " + l),
        form("dmesg -d", l -> "[   12.345678 <    0.000004>] " + l),
        form("dmesg -e", l -> "[  +0,000004] " + l),
        form("dmesg, ISO", l -> "2026-11-23T02:00:00,123456+01:00 " + l),
        form("level", l -> "<4>[   12.345678] " + l),
        form("serial console, cat -v", l -> "[   12.345678] " + l + "^M"),
        form("serial console, rsyslog", l -> "Nov 23 02:00:00 box kernel: " + l + "#015"),
        form("colour, cat -v", l -> "^[[32m[   12.345678] ^[[0m^[[31m" + l + "^[[0m"),
        form("colour, rsyslog", l -> "#033[32m[   12.345678] #033[0m#033[31m" + l + "#033[0m#015"),
        form("kmsg", l -> "4,1021,12345678,-;" + l),
        form("kmsg with caller", l -> "4,1021,12345678,-,caller=T311;" + l),
        form("syslog", l -> "Nov 23 02:00:00 box kernel: " + l),
        form("syslog and dmesg", l -> "Nov  3 02:00:00 box kernel: [   12.345678] " + l),
        form("syslog, other months", l -> "déc. 23 02:00:00 box kernel: " + l),
        form("RFC 5424", l -> "<4>1 2026-11-23T02:00:00.123456+01:00 box kernel - - - " + l),
        form("journal, precise", l -> "Nov 23 02:00:00.123456 box kernel: " + l),
        form("journal, full", l -> "Mon 2026-11-23 02:00:00 CET box kernel: " + l),
        form("journal, unix", l -> "1795400000.123456 box kernel: " + l),
        form("journal, monotonic", l -> "[   12.345678] box kernel: " + l),
        form("journal, JSON", l -> "{\"PRIORITY\":\"4\",\"MESSAGE\":\"" + l + "\"}"),
        form("journal, bytes", FormatsTest::asBytes),
        form("journal, export", l -> "_TRANSPORT=kernel\nMESSAGE=" + l + "\nPRIORITY=4\n"),
        form("docker", l -> "{\"log\":\"" + l + "\\n\",\"stream\":\"stdout\",\"time\":\"2026\"}"),
        form("compose", l -> "guest_1  | [   12.345678] " + l),
        form("CI", l -> "2026-11-23T02:00:00.1234567Z [   12.345678] " + l),
        form("console server", l -> "2026/11/23 02:00:00 ttyS0: [   12.345678] " + l),
        form("logcat", l -> "11-23 02:00:00.345     0     0 W         : " + l),
        form("a vendor's", l -> "<4>[   12.345678] (1)[311:frobctl]" + l),
        form("grep", l -> "console.log:120:[   12.345678] " + l),
        form("grep -n", l -> "120:[   12.345678] " + l),
        form("quoted", l -> "> [   12.345678] " + l),
        form("quoted twice", l -> ">> " + l),
        form("quoted with spaces", l -> "> > > " + l),
        form("indented", l -> "      " + l),
        form("tab", l -> "\t[   12.345678] " + l),
        form("no width", l -> "\u200b[   12.345678] " + l),
        form("hard spaces", l -> ("[   12.345678] " + l).replace(' ', '\u00a0')),
        form("colours", l -> "\u001b[32m[   12.345678] \u001b[0m" + l + "\u001b[0m"),
        form(
            "HTML", l -> "[   12.345678] " + l.replace("<", "&lt;").replace(">", "&gt;") + "<br/>"),
        form("DOS", l -> "[   12.345678] " + l + "\r"),
        form("double spaced", l -> "[   12.345678] " + l + "\n"));
  }

  private static String asBytes(String line) {
    return "{\"MESSAGE\":["
        + line.chars().mapToObj(String::valueOf).collect(Collectors.joining(","))
        + "]}";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lineByLine")
  void form_changesNothing(String name, UnaryOperator<String> line) {
    String log = bare().stream().map(line).collect(Collectors.joining("\n"));
    assertEquals(right(), meanings(Logs.explain(log)), name);
  }

  @Test
  void encodings_changeNothing() throws IOException {
    String log = Logs.fault(NAME);
    assertEquals(right(), meanings(Logs.explain(log.getBytes(StandardCharsets.UTF_16LE))));
    assertEquals(right(), meanings(Logs.explain(log.getBytes(StandardCharsets.UTF_16BE))));
    assertEquals(right(), meanings(Logs.explain(log.getBytes(StandardCharsets.UTF_16))));
    assertEquals(right(), meanings(Logs.explain("\ufeff" + log)));
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(log.getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(right(), meanings(Logs.explain(zipped.toByteArray())));
  }

  @Test
  void ends_ofAnyKindAndNone_changeNothing() {
    String log = Logs.fault(NAME);
    assertEquals(right(), meanings(Logs.explain(log.replace('\n', '\r'))));
    assertEquals(right(), meanings(Logs.explain(log.replace('\n', ' '))));
    assertEquals(right(), meanings(Logs.explain(String.join("\\n", log.lines().toList()))));
  }

  @Test
  void linesThatAMailWrapped_areJoined() {
    for (int width : new int[] {64, 72, 78}) {
      List<String> wrapped = new ArrayList<>();
      Logs.fault(NAME).lines().forEach(l -> wrap(l, width, wrapped));
      assertEquals(right(), meanings(Logs.explain(String.join("\n", wrapped))), "at " + width);
    }
  }

  private static void wrap(String line, int width, List<String> out) {
    int cut = line.length() <= width ? -1 : line.lastIndexOf(' ', width);
    if (cut <= 20) {
      out.add(line);
      return;
    }
    out.add(line.substring(0, cut));
    wrap(line.substring(cut + 1), width, out);
  }

  @Test
  void otherProgramsLines_areLeftOut() {
    List<String> lines = new ArrayList<>();
    for (String l : bare()) {
      lines.add("Nov 23 02:00:00 box kernel: " + l);
      lines.add("Nov 23 02:00:00 box sshd[12]: BUG: KASAN: use-after-free in nothing+0x1/0x2");
    }
    assertEquals(right(), meanings(Logs.explain(String.join("\n", lines))));
  }

  @Test
  void prose_isNoReport() {
    for (String line :
        List.of(
            "The patch fixes \"BUG: scheduling while atomic\" as seen by several people.",
            "Subject: WARNING: possible circular locking dependency detected in frob",
            "We saw INFO: task frob:12 blocked for more than 120 seconds. twice a day.")) {
      assertEquals(List.of(), Logs.explain(line + "\n\nhello\n").entries(), line);
    }
  }
}
