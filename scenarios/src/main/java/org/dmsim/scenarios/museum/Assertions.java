package org.dmsim.scenarios.museum;

import java.util.List;
import org.dmsim.machine.Machine;
import org.dmsim.report.Check;
import org.dmsim.report.Report;

/** What an exhibit claims of its own data, where the kernel itself would not have noticed. */
final class Assertions {

  private Assertions() {}

  static void report(Machine machine, String claim) {
    String headline = "WRONG: " + claim;
    machine.report(
        new Report(
            Check.ASSERTION, headline, List.of(headline), machine.step(), Report.Counts.NONE));
  }
}
