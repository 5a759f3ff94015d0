package org.dmsim.scenarios.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.scenarios.explore.Search;

/** What is said before a search that would take longer than anybody waits. */
final class TooLarge {

  /** From so many schedules on, minutes at best. */
  static final double SCHEDULES = 2_000_000;

  /** Names of objects that are shown. */
  private static final int SHOWN = 4;

  private TooLarge() {}

  /** Lines for the user: how large, what for, and what to do instead. */
  static List<String> advice(Search search, Explorer explorer, double estimate) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "This search has about "
            + SearchProgress.about(estimate)
            + " schedules, as some runs by chance tell: unless it finds something, it may take"
            + " hours, or never end.");
    List<Explorer.Conflict> conflicts = explorer.conflicts();
    if (!conflicts.isEmpty()) {
      lines.add("Its tasks meet most often at:");
      conflicts.stream()
          .limit(SHOWN)
          .forEach(
              c ->
                  lines.add(
                      String.format(
                          Locale.ROOT,
                          "  %4d steps  %s (%s)",
                          c.steps(),
                          c.object(),
                          String.join(", ", c.tasks()))));
    }
    String line = CommandName.get() + " explore " + CommandName.quoted(search.name());
    lines.add("Instead, what finds most bugs in little time:");
    if (search.bounds().preemptions() == Bounds.UNBOUNDED) {
      lines.add("  " + line + " --preemptions 1");
    }
    lines.add("  " + line + " --strategy pct --max-schedules 20000");
    lines.add(
        "or fewer tasks or commands in the script; --max-time 10m and --save FILE stop it in"
            + " time.");
    return lines;
  }
}
