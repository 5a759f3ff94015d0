package org.dmsim.scenarios.explain.bugs;

import java.util.List;

/**
 * A bug of Linux, and how a log shows it.
 *
 * @param name short
 * @param commit its fix, twelve digits; "" where a likeness is known and no fix can be promised
 * @param subject the fix's subject line, or ""
 * @param certain whether the conditions alone prove it, whatever the kernel's number says
 * @param since the first release that had it, or ""
 * @param fixed the first mainline release without it
 * @param stable releases of stable series that carry the fix, "6.1.55"
 * @param scenarios of dmsim's that show it, the nearest first
 * @param rules of table lookup that it breaks, by their names
 * @param note what else there is to say, or ""
 * @param kinds of reports, one of which it must be
 * @param conditions all of which must hold
 */
public record KnownBug(
    String name,
    String commit,
    String subject,
    boolean certain,
    String since,
    String fixed,
    List<String> stable,
    List<String> scenarios,
    List<String> rules,
    String note,
    List<String> kinds,
    List<Condition> conditions) {

  /**
   * One condition of a bug's.
   *
   * @param about the field of a finding: "offender", "stack", "freed", "holds" …
   * @param values one of which it must be, or, with {@code all}, all of which must be in it
   * @param unlessUnknown whether it holds as well where the log does not show the field
   */
  record Condition(String about, List<String> values, boolean unlessUnknown) {}

  /** Whether a report from a kernel can be it. */
  boolean canBeIn(String kernel) {
    return certain || lacksFix(kernel);
  }

  /** Whether a kernel, by its number, is not older than the bug and has no fix. */
  public boolean lacksFix(String kernel) {
    Release r = Release.of(kernel);
    if (r == null) {
      return true;
    }
    Release first = Release.of(since);
    if (first != null && r.compareTo(first) < 0) {
      return false;
    }
    for (String s : stable) {
      Release with = Release.of(s);
      if (with.sameSeries(r)) {
        return r.patch() < with.patch();
      }
    }
    Release main = Release.of(fixed);
    return main == null || r.compareTo(main) < 0;
  }
}
