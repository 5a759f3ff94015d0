package org.dmsim.scenarios.rules;

import java.util.List;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.scenarios.museum.Exhibit;

/** Where the page's verdicts come from: the checker and the explorer themselves. */
public interface Facts {

  /**
   * What the explorer says of an exhibit.
   *
   * @param word the verdict
   * @param schedules how many it saw, to the end or to the finding
   * @param headline of the first report; empty if there was none
   */
  record Finding(String word, long schedules, String headline) {}

  /** Explores one of the two programs of an exhibit. */
  Finding explore(Exhibit exhibit, boolean fixed);

  /**
   * What the kernel says of one operation inside one context.
   *
   * @return the headlines of its reports; empty if every check keeps quiet
   */
  List<String> reports(String context, String operation, PreemptionModel preemption);

  /** Whether that cell ends in a hang. */
  boolean hangs(String context, String operation, PreemptionModel preemption);
}
