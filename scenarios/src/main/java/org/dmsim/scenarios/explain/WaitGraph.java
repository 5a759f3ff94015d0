package org.dmsim.scenarios.explain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmsim.scenarios.explain.meaning.Finding;
import org.dmsim.scenarios.explain.meaning.Log;
import org.dmsim.scenarios.explain.meaning.Understanding;
import org.dmsim.scenarios.explain.reports.ReportKind;
import org.dmsim.scenarios.explain.reports.Section;

/**
 * Which hung task waits for which, as far as the log names the holders.
 *
 * @param lines one for each way through the graph
 */
record WaitGraph(List<String> lines) {

  static WaitGraph of(List<Log.Entry> entries) {
    Map<String, Finding> hung = new LinkedHashMap<>();
    for (Log.Entry e : entries) {
      Finding f = e.finding();
      if (f.report().kind() == ReportKind.HUNG_TASK && !f.task().isEmpty()) {
        hung.putIfAbsent(f.task(), f);
      }
    }
    Set<String> held = new LinkedHashSet<>();
    hung.values().forEach(f -> held.add(f.heldBy()));
    List<String> lines = new ArrayList<>();
    Set<String> shown = new LinkedHashSet<>();
    // First those whom nobody waits for: every way begins with one, unless it is a circle.
    for (int pass = 0; pass < 2; pass++) {
      for (Finding f : hung.values()) {
        if (!f.heldBy().isEmpty()
            && (pass > 0 ? !shown.contains(f.task()) : !held.contains(f.task()))) {
          lines.add(way(f, hung, shown, entries));
        }
      }
    }
    return new WaitGraph(List.copyOf(lines));
  }

  private static String way(
      Finding from, Map<String, Finding> hung, Set<String> shown, List<Log.Entry> entries) {
    StringBuilder b = new StringBuilder(from.task());
    Set<String> seen = new LinkedHashSet<>();
    Finding f = from;
    while (true) {
      seen.add(f.task());
      shown.add(f.task());
      b.append(" → ").append(f.wants() == null ? f.waitsFor() : f.wants().name());
      if (f.heldBy().isEmpty()) {
        return b.append(" → holder not in the log").toString();
      }
      b.append(" → ").append(f.heldBy());
      if (seen.contains(f.heldBy())) {
        return b.append(": the circle is closed, a deadlock").toString();
      }
      Finding next = hung.get(f.heldBy());
      if (next == null) {
        String in = where(f.heldBy(), entries);
        return b.append(
                in.isEmpty() ? ", whose stack the log does not show" : ", which is in " + in)
            .toString();
      }
      if (next.heldBy().isEmpty() && next.wants() == null) {
        String what =
            next.waitsFor().isEmpty() ? "something that the log does not show" : next.waitsFor();
        return b.append(" → ").append(what).append(": no circle that the log shows").toString();
      }
      f = next;
    }
  }

  /** The function in which a task is that the log shows beside the hung ones, or "". */
  private static String where(String task, List<Log.Entry> entries) {
    for (Log.Entry e : entries) {
      for (Section s : e.finding().report().sections()) {
        if (s.part() == Section.Part.DUMP && s.task().equals(task)) {
          return Understanding.helperless(s);
        }
      }
    }
    return "";
  }
}
