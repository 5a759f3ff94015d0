package org.dmsim.scenarios.explore;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Result;
import org.dmsim.report.Report;

/** What a search prints for a person, but for its last word and the lines to paste. */
public final class SearchText {

  private SearchText() {}

  /** A finding: columns, then every report whose headline does not stand above. */
  public static List<String> of(Finding f) {
    List<String> lines = new ArrayList<>(f.columns());
    lines.add("");
    Set<String> headlines = new HashSet<>();
    int again = 0;
    for (Report r : f.reports()) {
      if (headlines.add(r.headline())) {
        lines.addAll(r.lines());
      } else {
        again++;
      }
    }
    if (again > 0) {
      lines.add("(" + again + " more with a headline that stands above)");
    }
    lines.add("");
    return lines;
  }

  /** What stands behind the verdict of a search that found nothing. */
  public static String summary(Search search, Result r) {
    String seen = schedules(r.explored());
    return switch (r.end()) {
      case EXHAUSTED ->
          seen
              + (r.reduced() ? ", each once" + apart(search) + "; " : ", every interleaving; ")
              + r.redundant()
              + " redundant; "
              + r.depth()
              + " steps at most; "
              + search.machine();
      case BOUND_REACHED -> r.bound() + ", " + seen + " seen, nothing found; " + search.machine();
      case INTERRUPTED -> seen + " seen, nothing found; " + search.machine();
      default -> r.divergence().map(Object::toString).orElse("dmsim");
    };
  }

  /** What makes two runs of what others would call one. */
  private static String apart(Search search) {
    return search.memory().isWeak() ? " by where a load found its value" : "";
  }

  private static String schedules(long n) {
    return n + (n == 1 ? " schedule" : " schedules");
  }
}
