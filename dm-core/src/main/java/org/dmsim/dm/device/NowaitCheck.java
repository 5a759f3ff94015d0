package org.dmsim.dm.device;

import java.util.List;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.report.Report;

/** A NOWAIT bio reaches a target that may sleep: no kernel notices, and the model does. */
final class NowaitCheck {

  private NowaitCheck() {}

  static void report(DmTarget target) {
    Task t = Task.current();
    if (t == null) {
      return;
    }
    Machine machine = t.machine();
    String headline =
        "WRONG: a NOWAIT bio reaches target " + target.type().name() + ", which may sleep";
    machine.report(
        new Report(
            Check.ASSERTION, headline, List.of(headline), machine.step(), Report.Counts.NONE));
  }
}
