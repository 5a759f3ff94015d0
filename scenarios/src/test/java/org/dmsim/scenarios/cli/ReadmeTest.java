package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * What the README shows is what dmsim prints. A line {@code ...} stands for any number of lines;
 * the numbers of Java lines and the digits of a token change with every change of the sources, and
 * are not compared.
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
    Files.deleteIfExists(Path.of("lastzero-15.search.json"));
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
  void transcript_isWhatTheCommandPrints(String block) {
    List<String> shown = block.lines().toList();
    String[] words = shown.getFirst().replace("$ " + COMMAND + " ", "").split(" ");
    String out = Cli.run(words).out();
    String printed =
        out.replace("fixed: dmsim ", "fixed: " + COMMAND + " ")
            .replace("again: dmsim ", "again: " + COMMAND + " ")
            .replace("go on: dmsim ", "go on: " + COMMAND + " ");
    StringBuilder pattern = new StringBuilder();
    for (String line : shown.subList(1, shown.size())) {
      pattern.append(line.equals("...") ? "(?:.*\n)*?" : Pattern.quote(stable(line)) + "\n");
    }
    assertTrue(stable(printed).matches(pattern.toString()), printed);
  }

  private static String stable(String text) {
    return text.replaceAll("\\.java:\\d+", ".java").replaceAll("v([12]):\\S+", "v$1:");
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
    try (Stream<Path> samples =
        Files.list(root().resolve("scenarios/src/test/java/org/dmsim/scenarios/sample"))) {
      for (Path p : samples.toList()) {
        sources.append(Files.readString(p));
      }
    }
    List<String> shown = blocks("java").toList();
    assertTrue(!shown.isEmpty());
    shown.forEach(s -> assertTrue(sources.indexOf(s) >= 0, s));
  }
}
