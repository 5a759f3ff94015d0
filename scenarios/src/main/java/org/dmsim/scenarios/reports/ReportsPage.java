package org.dmsim.scenarios.reports;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.scenarios.script.FixedTwin;
import org.dmsim.scenarios.script.Script;

/** {@code scenarios/REPORTS.md}: the public reports, and what their scripts show. */
public final class ReportsPage {

  private final Map<String, Showing> broken = new HashMap<>();
  private final Map<String, Showing> fixed = new HashMap<>();
  private final StringBuilder page = new StringBuilder();
  private int shown;
  private int everywhere;
  private int without;

  private ReportsPage() {}

  /** The whole page, made anew. */
  public static String markdown() {
    ReportsPage p = new ReportsPage();
    int number = 0;
    List<PublicReport> all = PublicReport.all();
    for (PublicReport r : all) {
      p.report(++number, r);
    }
    return p.head(all.size()) + p.page;
  }

  private String head(int all) {
    return """
    # Public reports, as scripts

    <!-- Written by: dmsim reports --markdown. Changes made here are lost. -->

    What people reported of device-mapper and of the targets modelled here, on kernels from 5.3
    to 6.12, and what dmsim makes of it. Every line under a command is what a run or a search
    shows: `dmsim reports --markdown` writes this page, and the build compares it.

    Of %d reports %d are shown on a kernel that had the bug, and gone where it is mended; %d are
    shown on every kernel, which is meant to do so or was never mended; of %d no script can be
    written, for the reason given.

    """
        .formatted(all, shown, everywhere, without);
  }

  private void report(int number, PublicReport r) {
    line("## " + number + ". " + r.subject());
    line("");
    line(r.from().startsWith("http") ? "<" + r.from() + ">" : r.from());
    line("");
    Script script = r.read().orElse(null);
    if (script == null) {
      without++;
      line("No script: " + r.remark() + ".");
      line("");
      return;
    }
    line("`" + r.script() + "` shows " + script.title());
    boolean bug = !script.labels("commit").isEmpty();
    if (bug) {
      String fix = script.labels("commit").getLast();
      int blank = fix.indexOf(' ');
      line(
          (FixedTwin.isMended(script) ? "Mended by " : "Brought by ")
              + fix.substring(0, blank)
              + " (\""
              + fix.substring(blank + 1)
              + "\"); kernels "
              + script.labels("affected").getFirst()
              + ".");
    }
    if (!r.remark().isEmpty()) {
      line(r.remark() + ".");
    }
    line("");
    Showing bad = broken.computeIfAbsent(r.script(), n -> Showing.broken(script));
    line("    $ dmsim " + command(bad) + " " + r.script());
    line("    " + words(bad));
    if (bug) {
      Showing good = fixed.computeIfAbsent(r.script(), n -> Showing.fixed(script));
      line("    " + words(good));
      boolean both = !bad.symptom().isEmpty() && good.isNothing();
      if (FixedTwin.isMended(script)) {
        shown += both ? 1 : 0;
      } else {
        everywhere++;
      }
    } else {
      everywhere++;
    }
    line("");
  }

  private static String command(Showing s) {
    return s.schedules() == 1 ? "run" : "explore --strategy pct";
  }

  private static String words(Showing s) {
    String what = s.symptom().isEmpty() ? String.join("; ", s.others()) : s.symptom();
    String how = s.schedules() == 1 ? "" : " (" + s.schedules() + " schedules)";
    return s.kernel() + ": " + (what.isEmpty() ? "nothing" : what) + how;
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
