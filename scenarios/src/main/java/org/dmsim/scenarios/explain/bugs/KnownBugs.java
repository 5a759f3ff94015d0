package org.dmsim.scenarios.explain.bugs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.dmsim.scenarios.explain.bugs.KnownBug.Condition;

/** The bugs of {@code known-bugs.txt}, whose head says how an entry is written. */
public final class KnownBugs {

  private final List<KnownBug> all;

  private KnownBugs(List<KnownBug> all) {
    this.all = all;
  }

  /** Reads the file that comes with dmsim. */
  public static KnownBugs load() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(KnownBugs.class.getResourceAsStream("known-bugs.txt")),
                StandardCharsets.UTF_8))) {
      return read(in.lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static KnownBugs read(List<String> lines) {
    List<KnownBug> all = new ArrayList<>();
    Map<String, String> fields = new HashMap<>();
    List<Condition> conditions = new ArrayList<>();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int space = line.indexOf(' ');
      String key = space < 0 ? line : line.substring(0, space);
      String value = space < 0 ? "" : line.substring(space + 1).strip();
      if (key.equals("bug") && !fields.isEmpty()) {
        all.add(bug(fields, conditions));
        fields = new HashMap<>();
        conditions = new ArrayList<>();
      }
      switch (key) {
        case "bug",
            "fix",
            "certain",
            "since",
            "fixed",
            "stable",
            "kinds",
            "scenario",
            "rule",
            "note" ->
            fields.merge(key, value, (a, b) -> a + " " + b);
        case "offender",
            "caller",
            "holder",
            "stack",
            "freed",
            "freed-by",
            "reason",
            "wants",
            "holds",
            "waits-for",
            "link",
            "says" ->
            conditions.add(condition(key, value));
        default -> throw new IllegalStateException("known-bugs.txt: '" + key + "'");
      }
    }
    all.add(bug(fields, conditions));
    return new KnownBugs(List.copyOf(all));
  }

  private static Condition condition(String key, String value) {
    boolean unknown = value.startsWith("? ");
    return new Condition(
        key, List.of((unknown ? value.substring(2) : value).split(" \\| ")), unknown);
  }

  private static KnownBug bug(Map<String, String> f, List<Condition> conditions) {
    String fix = f.getOrDefault("fix", "");
    return new KnownBug(
        f.get("bug"),
        fix.isEmpty() ? "" : fix.substring(0, 12),
        fix.isEmpty() ? "" : fix.substring(13),
        f.containsKey("certain"),
        f.getOrDefault("since", ""),
        f.getOrDefault("fixed", ""),
        words(f.get("stable")),
        words(f.get("scenario")),
        words(f.get("rule")),
        f.getOrDefault("note", ""),
        words(f.get("kinds")),
        List.copyOf(conditions));
  }

  private static List<String> words(String value) {
    return value == null || value.isBlank() ? List.of() : List.of(value.split("\\s+"));
  }

  /** Every bug. */
  public List<KnownBug> all() {
    return all;
  }

  /**
   * The bug that a report is, or null.
   *
   * @param kind of the report, as in JSON
   * @param kernel release, or ""
   * @param field the values that the log shows of a condition's field: null where it does not show
   *     it
   */
  public KnownBug find(String kind, String kernel, Function<String, List<String>> field) {
    for (KnownBug b : all) {
      if (b.kinds().contains(kind)
          && b.canBeIn(kernel)
          && b.conditions().stream().allMatch(c -> holds(c, field.apply(c.about())))) {
        return b;
      }
    }
    return null;
  }

  private static boolean holds(Condition c, List<String> shown) {
    if (shown == null) {
      return c.unlessUnknown();
    }
    return c.values().stream().anyMatch(v -> isIn(v, shown));
  }

  /** "a + b" asks for both. */
  private static boolean isIn(String value, List<String> shown) {
    for (String one : value.split(" \\+ ")) {
      boolean found =
          one.endsWith("*")
              ? shown.stream().anyMatch(s -> s.startsWith(one.substring(0, one.length() - 1)))
              : shown.contains(one);
      if (!found) {
        return false;
      }
    }
    return true;
  }
}
