package org.dmsim.scenarios.run;

import java.util.List;
import org.dmsim.machine.Machine;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.scenarios.script.Place;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.Step;
import org.dmsim.scenarios.script.Verb;

/** What is said of a command that the kernel refuses although its script does not foresee that. */
final class WrongAnswer {

  private static final String LOG = "log: ";

  private WrongAnswer() {}

  /**
   * Reports data, or lines, that are not those that a script expects of a command whatever the
   * order. An errno that it expects may come or not, as the order has it.
   */
  static void reportData(Machine machine, Step step, String answer, List<String> lines) {
    String wanted = step.missing(lines).orElse(null);
    boolean data = step.expected() != null && step.expected().contains("=");
    if (data && !step.isAsExpected(answer)) {
      wanted = step.expected();
    }
    if (wanted != null && machine.reports().isEmpty()) {
      String headline = "WRONG: " + step.text() + ": expected " + wanted + ", got " + answer;
      machine.report(
          new Report(
              Check.ASSERTION, headline, List.of(headline), machine.step(), Report.Counts.NONE));
    }
  }

  /** Says where, what came, why, and what to write if it is meant. */
  static ScriptError of(Step step, String errno, List<String> reasons, List<String> devices) {
    return of(step, errno, "", reasons, devices);
  }

  /**
   * As {@link #of(Step, String, List, List)}, of a search.
   *
   * @param when in which runs; empty where it is always so
   */
  static ScriptError of(
      Step step, String errno, String when, List<String> reasons, List<String> devices) {
    boolean load = step.verb() == Verb.LOAD || step.verb() == Verb.LOAD_RO;
    Place place = load ? step.places().get(1) : step.place();
    String why = reasons.isEmpty() ? "" : " (" + reasons.getFirst() + ")";
    boolean notThere =
        why.contains("lookup failed") || errno.equals("ENXIO") || errno.equals("ENODEV");
    String there = notThere ? "; there are " + String.join(", ", devices) : "";
    String expect =
        errno.startsWith("E")
            ? "'expect " + errno + "' below it, or '-- may fail'"
            : "'-- may fail'";
    return new ScriptError(
        place,
        "'"
            + step.text()
            + "' is answered "
            + errno
            + when
            + why
            + there
            + "; mend it, or if that is meant write "
            + expect
            + " behind it");
  }

  /** The lines of the kernel's log among those of an answer. */
  static List<String> reasons(List<String> lines) {
    return lines.stream()
        .filter(l -> l.startsWith(LOG))
        .map(l -> l.substring(LOG.length()))
        .toList();
  }
}
