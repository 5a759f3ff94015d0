package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code dmsim explore} prints, to the byte: a file holds a command, its answer, its complaint
 * and its status. Numbers of Java lines are left out, and so are the choices inside a token.
 *
 * <p>To promote what is printed now: run this test with {@code -Ddmsim.promote=true}, and read the
 * difference before it is committed.
 */
class ExploreTranscriptTest {

  private static final Path FOLDER = Path.of("src/test/resources/explore");

  static Stream<String> transcripts() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<String> names = files.map(p -> p.getFileName().toString()).sorted().toList();
      assertTrue(names.size() >= 8, names::toString);
      return names.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void command_printsWhatItsFileShows(String name) throws IOException {
    Path file = FOLDER.resolve(name);
    String shown = Files.readString(file);
    String command = shown.lines().findFirst().orElseThrow();
    assertTrue(command.startsWith("$ dmsim explore "), command);
    String[] words = command.substring("$ dmsim ".length()).split(" ");
    int save = List.of(words).indexOf("--save");
    if (save >= 0) {
      Files.deleteIfExists(Path.of(words[save + 1])); // of an earlier run of this test
    }
    Cli c = Cli.run(words);
    String printed =
        command + "\n" + stable(c.out()) + stable(c.err()) + "status " + c.status() + "\n";
    if (Boolean.getBoolean("dmsim.promote")) {
      Files.writeString(file, printed);
    }
    assertEquals(shown, printed);
  }

  private static String stable(String text) {
    return text.replaceAll("\\.java:\\d+", ".java")
        .replaceAll("(v2:\\S*):[0-9.,=]*:[0-9a-z]+", "$1:...");
  }
}
