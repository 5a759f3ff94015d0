package org.dmsim.scenarios.door;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What each script of a suite is known to come to, and where it does not pass, why. */
public final class SuiteList {

  /**
   * A script.
   *
   * @param why empty for one that passes
   */
  public record Known(Suite.End outcome, String why) {}

  private final Map<String, Known> known = new LinkedHashMap<>();

  private SuiteList() {}

  /** Reads lines of {@code OUTCOME NAME WHY}; a {@code #} begins a remark. */
  static SuiteList parse(String text) {
    SuiteList list = new SuiteList();
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.split(" +", 3);
      Suite.End outcome = Suite.End.valueOf(words[0].toUpperCase(Locale.ROOT));
      String why = words.length > 2 ? words[2] : "";
      if (why.isEmpty() != (outcome == Suite.End.PASS)) {
        throw new IllegalArgumentException("a script that does not pass needs a reason: " + line);
      }
      if (list.known.put(words[1], new Known(outcome, why)) != null) {
        throw new IllegalArgumentException("twice: " + line);
      }
    }
    return list;
  }

  /** The list of a suite. */
  public static SuiteList load(String suite) {
    try (InputStream in = SuiteList.class.getResourceAsStream(suite + ".txt")) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of it, in order. */
  public Map<String, Known> all() {
    return Map.copyOf(known);
  }

  /** What is known of a script; null for one that nobody looked at. */
  public Known of(String script) {
    return known.get(script);
  }

  /** The names of those with an outcome, in order. */
  public java.util.List<String> with(Suite.End outcome) {
    return known.entrySet().stream()
        .filter(e -> e.getValue().outcome() == outcome)
        .map(Map.Entry::getKey)
        .toList();
  }
}
