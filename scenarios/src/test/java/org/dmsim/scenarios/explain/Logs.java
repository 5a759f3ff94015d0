package org.dmsim.scenarios.explain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmsim.scenarios.explain.meaning.Finding;
import org.dmsim.scenarios.explain.meaning.Log;

/** The logs of these tests: recorded ones, and one written for each fault. */
final class Logs {

  static final Path FAULTS = Path.of("src", "test", "resources", "explain", "faults");
  private static final Path RECORDED = Path.of("src", "test", "resources", "explain");

  private Logs() {}

  /** Names of the logs that were written for these tests. */
  static List<String> faults() {
    return names(FAULTS);
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(p -> p.getFileName().toString())
          .filter(n -> n.endsWith(".log"))
          .map(n -> n.substring(0, n.length() - 4))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String fault(String name) {
    return read(FAULTS.resolve(name + ".log"));
  }

  static String recorded(String name) {
    return read(RECORDED.resolve(name + ".log"));
  }

  /** Every log, recorded and written. */
  static List<String> all() {
    return Stream.concat(
            names(RECORDED).stream().map(Logs::recorded), faults().stream().map(Logs::fault))
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Explanation explain(String log) {
    return explain(log.getBytes(StandardCharsets.UTF_8));
  }

  static Explanation explain(byte[] log) {
    try (InputStream in = new ByteArrayInputStream(log)) {
      return Explainer.explain(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Finding> findings(String log) {
    return explain(log).entries().stream().map(Log.Entry::finding).toList();
  }

  static String text(Explanation e) {
    return TextAnswer.of(e, n -> "dmsim see " + n).stream()
        .map(l -> l + "\n")
        .collect(Collectors.joining());
  }
}
