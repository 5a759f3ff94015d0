package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The help of every command ends with two examples that work, and fits a narrow terminal. */
final class HelpExamplesTest {

  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  /**
   * Their examples measure time or write files; those of with, serve and in are for a host that
   * lets programs in, and have a test beside the door.
   */
  private static final Set<String> ONLY_PARSED =
      Set.of("with", "serve", "in", "bench", "site", "man");

  static Stream<String> commands() {
    return Tools.names().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_endsWithTwoExamples(String command) throws Exception {
    List<String> help = Cli.run(command, "--help").lines();
    int at = help.indexOf("Examples:");
    assertTrue(at > 0, command + ": " + help);
    List<String> examples = help.subList(at + 1, help.size()).stream().map(String::strip).toList();
    assertEquals(2, examples.size(), examples::toString);
    for (String e : examples) {
      assertTrue(e.contains("dmsim " + command), e);
      if (!ONLY_PARSED.contains(command)) {
        Cli c = typed(e);
        assertTrue(c.status() < 2, () -> e + "\n" + c.err() + c.out());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80})
  void help_isNeitherCutNorBroken_onANarrowTerminal(int width) {
    String before = System.setProperty("dmsim.terminal", "," + width);
    try {
      for (String command : Tools.names()) {
        List<String> lines = Cli.run(command, "--help").lines();
        int end = lines.indexOf("Examples:");
        for (String l : lines.subList(0, end)) {
          boolean toPaste = l.contains("  then  ") || l.matches("  (git|dmsim) .*");
          assertTrue(l.length() <= width || toPaste, command + ": " + l);
        }
        assertEquals(letters(wide(command)), letters(lines), command);
      }
    } finally {
      if (before == null) {
        System.clearProperty("dmsim.terminal");
      } else {
        System.setProperty("dmsim.terminal", before);
      }
    }
  }

  @Test
  void answers_areColouredLineByLine() {
    String found = Coloured.coloured("VIOLATION  see it again: dmsim");
    assertTrue(found.startsWith("\u001b[1m\u001b[31mVIOLATION\u001b["), found);
    assertTrue(found.endsWith("m  see it again: dmsim"), found);
    assertEquals("> read d0 0 4096", Coloured.coloured("> read d0 0 4096"));
    assertEquals("CLEANER  x", Coloured.coloured("CLEANER  x"));
  }

  private static List<String> wide(String command) {
    String narrow = System.setProperty("dmsim.terminal", ",100");
    List<String> lines = Cli.run(command, "--help").lines();
    System.setProperty("dmsim.terminal", narrow);
    return lines;
  }

  private static String letters(List<String> help) {
    return String.join("", help).replaceAll("\\s+", "");
  }

  /** A line as a shell takes it, with pipes; what it writes into a file is thrown away. */
  private static Cli typed(String line) throws Exception {
    InputStream keyboard = System.in;
    try {
      Cli last = null;
      for (String stage : line.replaceFirst(" > \\S+$", "").split(" \\| ")) {
        List<String> words = new ArrayList<>();
        for (Matcher m = WORD.matcher(stage); m.find(); ) {
          words.add(m.group(1) != null ? m.group(1) : m.group(2));
        }
        if (words.getFirst().equals("dmsim")) {
          last =
              Cli.run(
                  words.subList(1, words.size()).stream()
                      .map(HelpExamplesTest::whole)
                      .toArray(String[]::new));
          assertEquals("", last.err(), line);
        } else {
          last = new Cli(0, words.get(1).replace("\\n", "\n") + "\n", "");
        }
        System.setIn(new ByteArrayInputStream(last.out().getBytes(StandardCharsets.UTF_8)));
      }
      return last;
    } finally {
      System.setIn(keyboard);
    }
  }

  /** Three dots stand for the rest of the token that a run shows. */
  private static String whole(String word) {
    return word.equals("v1:...")
        ? Cli.run("run", "nowait").lastLine().replaceFirst(".* ", "")
        : word;
  }
}
