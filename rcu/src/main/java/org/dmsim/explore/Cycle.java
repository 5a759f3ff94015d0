package org.dmsim.explore;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dmsim.interleaving.Interleaving;
import org.dmsim.interleaving.InterleavingTable;
import org.dmsim.report.Check;
import org.dmsim.report.Report;

/**
 * Where a run that goes on for ever is cut off to be shown: behind some turns of its cycle.
 *
 * @param steps scheduling points of the run; 0 if it has an end
 * @param length scheduling points of one turn
 */
public record Cycle(long steps, int length) {

  /** A run that ends. */
  public static final Cycle NONE = new Cycle(0, 0);

  /** Whether the run goes on for ever. */
  public boolean isEndless() {
    return steps > 0;
  }

  /** The livelock, from the last turn that was watched. */
  Report report(Interleaving watched) {
    List<String> lines = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    long first = 0;
    long last = 0;
    for (Interleaving.Event e : watched.events()) {
      if (e.number() > steps - length && e instanceof Interleaving.Step s) {
        first = first == 0 ? s.number() : first;
        last = s.number();
        names.add(s.task().name());
        lines.add(
            "  " + s.number() + " " + s.task().name() + ": " + InterleavingTable.words(s, watched));
      }
    }
    String headline = "LIVELOCK: " + String.join(" and ", names) + " make the same steps for ever";
    if (names.size() == 1) {
      headline = "LIVELOCK: " + names.iterator().next() + " makes the same steps for ever";
    }
    lines.addFirst(
        "steps " + first + " to " + last + " come again and again, and nobody else could go on:");
    lines.addFirst(headline);
    return new Report(Check.LIVELOCK, headline, lines, steps, Report.Counts.NONE);
  }
}
