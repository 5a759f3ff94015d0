package org.dmsim.block.syscall;

import java.util.List;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.report.Report;

/**
 * A write that answers EAGAIN says that it did nothing, so that its caller makes it again; the
 * kernel itself does not notice where that is not so.
 */
final class PartialSuccess {

  private PartialSuccess() {}

  static void report(int succeeded, int issued) {
    Task t = Task.current();
    if (t == null) {
      return;
    }
    Machine machine = t.machine();
    String headline =
        "WRONG: pwritev2 answers EAGAIN, and %d of its %d bios are done"
            .formatted(succeeded, issued);
    machine.report(
        new Report(
            Check.ASSERTION, headline, List.of(headline), machine.step(), Report.Counts.NONE));
  }
}
