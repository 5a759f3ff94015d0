package org.dmsim.machine;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.report.CallTrace;
import org.dmsim.report.Check;
import org.dmsim.report.Report;

/**
 * The report on tasks that sleep for ever: for each what it waits for, who holds that, and since
 * when. Says "INFO: task ... blocked" as the kernel's hung task check does, which has to guess
 * after two minutes what a machine that can see all tasks knows.
 */
final class StuckTasks {

  private StuckTasks() {}

  static Report report(List<Task> stuck, long step) {
    List<String> lines = new ArrayList<>();
    String headline = headline(stuck.getFirst());
    for (Task t : stuck) {
      lines.add(headline(t));
      Blocker b = t.blocker();
      if (b == null) {
        continue;
      }
      List<Task> holders = b.holders();
      lines.add(
          (t.isSpinning() ? "  spins on " : "  waits for ")
              + b.waitsFor()
              + (holders.isEmpty() ? "" : ", held by " + names(holders))
              + ", since step "
              + t.blockedSince());
      if (!t.blockedAt().frames().isEmpty()) {
        lines.add("Call Trace:");
        for (CallTrace.Frame f : t.blockedAt().frames()) {
          lines.add(" " + f);
        }
      }
    }
    return new Report(Check.STUCK, headline, lines, step, Report.Counts.NONE);
  }

  private static String headline(Task t) {
    String how = t.isSpinning() ? " spins for ever" : " blocked for ever";
    return "INFO: task " + t.name() + ":" + t.pid() + how;
  }

  private static String names(List<Task> tasks) {
    List<String> names = new ArrayList<>();
    tasks.forEach(t -> names.add(t.name() + ":" + t.pid()));
    return String.join(", ", names);
  }
}
