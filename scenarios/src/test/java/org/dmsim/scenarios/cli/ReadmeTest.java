package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dmsim.scenarios.script.ScriptParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the README shows is what dmsim prints. A line {@code ...} stands for any number of lines,
 * and behind {@code v1:} or {@code v2:} it stands for the rest of a token.
 *
 * <p>The numbers of Java lines change with the sources. To promote those that are printed now: run
 * this test with {@code -Ddmsim.promote=true}.
 */
final class ReadmeTest {

  private static final Pattern BLOCK = Pattern.compile("(?s)```(\\w*)\n(.*?)```");
  private static final String COMMAND = "scenarios/bin/dmsim";

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("scenarios/bin"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** What a search that is stopped leaves behind. */
  @AfterAll
  static void removeSavedSearch() throws IOException {
    Files.deleteIfExists(Path.of("lastzero.search"));
  }

  private static String readme() throws IOException {
    return Files.readString(root().resolve("README.md"));
  }

  private static Stream<String> blocks(String language) throws IOException {
    Matcher m = BLOCK.matcher(readme());
    return m
        .results()
        .filter(r -> r.group(1).equals(language))
        .map(r -> r.group(2))
        .toList()
        .stream();
  }

  static Stream<String> transcripts() throws IOException {
    return blocks("console");
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void transcript_isWhatTheCommandPrints(String block) throws IOException {
    List<String> shown = block.lines().toList();
    String[] words = shown.getFirst().replace("$ " + COMMAND + " ", "").split(" ");
    List<String> printed =
        Cli.run(words)
            .out()
            .replace("fixed: dmsim ", "fixed: " + COMMAND + " ")
            .replace("again: dmsim ", "again: " + COMMAND + " ")
            .replace("go on: dmsim ", "go on: " + COMMAND + " ")
            .replaceAll("v([12]):\\S+", "v$1:...")
            .lines()
            .toList();
    List<String> expected = align(shown.subList(1, shown.size()), printed);
    assertFalse(expected == null, () -> String.join("\n", printed));
    expected.addFirst(shown.getFirst());
    if (Boolean.getBoolean("dmsim.promote") && !expected.equals(shown)) {
      String now = String.join("\n", expected) + "\n";
      Files.writeString(root().resolve("README.md"), readme().replace(block, now));
    }
    assertEquals(
        expected,
        shown,
        "only numbers of Java lines are old; run this test with -Ddmsim.promote=true");
  }

  /**
   * What is printed where these lines are shown, with {@code ...} where they leave something out.
   *
   * @return null if the command prints something else
   */
  private static List<String> align(List<String> shown, List<String> printed) {
    if (shown.isEmpty()) {
      return printed.isEmpty() ? new ArrayList<>() : null;
    }
    String line = shown.getFirst();
    List<String> below = shown.subList(1, shown.size());
    boolean leavesOut = line.equals("...");
    if (!leavesOut && (printed.isEmpty() || !stable(line).equals(stable(printed.getFirst())))) {
      return null;
    }
    for (int n = leavesOut ? 0 : 1; n <= (leavesOut ? printed.size() : 1); n++) {
      List<String> rest = align(below, printed.subList(n, printed.size()));
      if (rest != null) {
        rest.addFirst(leavesOut ? line : printed.getFirst());
        return rest;
      }
    }
    return null;
  }

  private static String stable(String text) {
    return text.replaceAll("\\.java:\\d+", ".java");
  }

  @Test
  void scripts_makeSense() throws IOException {
    List<String> scripts = blocks("").toList();
    assertTrue(!scripts.isEmpty());
    scripts.forEach(s -> ScriptParser.parse("README.md", s));
  }

  /** Java that the README shows is Java that runs as a test. */
  @Test
  void samples_areThoseThatTheTestsRun() throws IOException {
    StringBuilder sources = new StringBuilder();
    for (String module : List.of("scenarios", "scenarios/junit")) {
      Path folder = root().resolve(module).resolve("src/test/java/org/dmsim/scenarios/sample");
      try (Stream<Path> samples = Files.list(folder)) {
        for (Path p : samples.toList()) {
          sources.append(Files.readString(p));
        }
      }
    }
    List<String> shown = blocks("java").toList();
    assertTrue(!shown.isEmpty());
    shown.forEach(s -> assertTrue(sources.indexOf(s) >= 0, s));
  }
}
