package org.dmsim.scenarios.explain;

import org.dmsim.scenarios.explain.meaning.Understanding;
import org.dmsim.scenarios.explain.reports.Report;

/** Who took a lock of a chain. */
final class Takers {

  private Takers() {}

  /** The first function of a link's stack that takes no locks for others, or "". */
  static String of(Report.Link link) {
    return Understanding.helperless(link.stack());
  }
}
