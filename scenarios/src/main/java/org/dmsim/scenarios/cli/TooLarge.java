package org.dmsim.scenarios.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Conflict;
import org.dmsim.explore.Explorer;
import org.dmsim.scenarios.explore.Search;

/**
 * What is said of a search that would take longer than anybody waits. It is said once, and not of a
 * search that is over before anybody has begun to wait.
 */
final class TooLarge {

  /** From so many schedules on, minutes at best. */
  static final double SCHEDULES = 2_000_000;

  /** Nanoseconds after which a search is not one that finds something at once. */
  static final long PATIENCE = 3_000_000_000L;

  /** So many runs have been made before it is said, on a machine that is slow, too. */
  static final long RUNS = 500;

  /** Names of objects that are shown. */
  private static final int SHOWN = 4;

  private final Search search;
  private final Explorer explorer;
  private final String options;
  private final Consumer<String> to;
  private boolean said;

  /**
   * Of one search.
   *
   * @param options what the user gave besides, to be given again; each behind a blank
   * @param to where its lines go
   */
  TooLarge(Search search, Explorer explorer, String options, Consumer<String> to) {
    this.search = search;
    this.explorer = explorer;
    this.options = options;
    this.to = to;
  }

  /** Says it, if the search is too large and it has not been said. */
  void say() {
    if (said) {
      return;
    }
    said = true;
    double estimate = explorer.estimate();
    if (estimate >= SCHEDULES) {
      advice(estimate).forEach(to);
    }
  }

  /** Lines for the user: how large, what for, and what to do instead. */
  List<String> advice(double estimate) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "This search has about "
            + SearchProgress.about(estimate)
            + " schedules, as some runs by chance tell.");
    lines.add("Unless it finds something, it may take hours, or never end.");
    List<Conflict> conflicts = explorer.conflicts();
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
    String line = CommandName.get() + " explore " + CommandName.quoted(search.name()) + options;
    lines.add("Instead, what finds most bugs in little time:");
    if (search.bounds().preemptions() == Bounds.UNBOUNDED) {
      lines.add("  " + line + " --preemptions 1");
    }
    lines.add("  " + line + " --strategy pct --max-schedules 20000");
    lines.add(
        "or fewer tasks or commands in the script; --max-time 10m --save FILE ends it in time.");
    return lines;
  }
}
