package org.dmsim.scenarios.litmus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The litmus tests that a command line names. */
public final class LitmusFiles {
  /** How {@code -} is told. */
  public static final String STANDARD_INPUT = "standard input";

  private LitmusFiles() {}

  /**
   * One test's source.
   *
   * @param name of the file
   * @param text of it; what is not ASCII stands in comments, so any encoding will do
   */
  public record Source(String name, String text) {}

  /**
   * Files as they are named; of folders all {@code *.litmus} below, in the order of their names.
   *
   * @throws IOException if one is not there or cannot be read
   */
  public static List<Path> find(List<String> named) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : named) {
      Path path = Path.of(name);
      if (!Files.isDirectory(path)) {
        files.add(path);
        continue;
      }
      try (Stream<Path> below = Files.walk(path)) {
        below
            .filter(file -> file.toString().endsWith(".litmus") && Files.isRegularFile(file))
            .sorted()
            .forEach(files::add);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    return files;
  }

  /**
   * Reads a file, or standard input for {@code -}.
   *
   * @throws IOException if it cannot be read
   */
  public static Source read(Path file) throws IOException {
    if (file.toString().equals("-")) {
      return new Source(
          STANDARD_INPUT, new String(System.in.readAllBytes(), StandardCharsets.ISO_8859_1));
    }
    return new Source(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
  }
}
