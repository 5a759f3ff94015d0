package org.dmsim.scenarios.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The scenarios that come with dmsim: files under {@code scenarios/}, named in {@code index}; those
 * of public reports lie in a folder of their own.
 */
public final class Catalogue {

  private static final String FOLDER = "/scenarios/";
  private static final String REPORTS = "reports/";

  private Catalogue() {}

  /** The names, in the order in which a reader should meet them. */
  public static List<String> names() {
    return resource("index")
        .orElseThrow(() -> new IllegalStateException("no index of scenarios"))
        .lines()
        .filter(l -> !l.isBlank())
        .toList();
  }

  /** A built-in scenario's text: one of {@link #names()}, or that of a public report. */
  public static Optional<String> text(String name) {
    if (names().contains(name)) {
      return resource(name + ".dm");
    }
    return name.matches("[a-z0-9-]+") ? resource(REPORTS + name + ".dm") : Optional.empty();
  }

  /** The list of public reports, with the names of their scripts. */
  public static String reports() {
    return resource(REPORTS + "index")
        .orElseThrow(() -> new IllegalStateException("no index of reports"));
  }

  /**
   * The text of a built-in scenario or of a file. A name that holds a slash or a dot is a file.
   *
   * @throws IOException if it is a file that cannot be read
   */
  public static Optional<String> find(String nameOrFile) throws IOException {
    Path file = Path.of(nameOrFile);
    boolean looksLikeFile = nameOrFile.indexOf('/') >= 0 || nameOrFile.indexOf('.') >= 0;
    if (!looksLikeFile) {
      Optional<String> built = text(nameOrFile);
      if (built.isPresent()) {
        return built;
      }
    }
    return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  private static Optional<String> resource(String name) {
    try (InputStream in = Catalogue.class.getResourceAsStream(FOLDER + name)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
