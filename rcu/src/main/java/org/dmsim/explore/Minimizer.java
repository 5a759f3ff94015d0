package org.dmsim.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.Report;
import org.dmsim.strategy.Lenient;
import org.dmsim.strategy.Recorder;
import org.dmsim.strategy.Replay;
import org.dmsim.strategy.Schedule;

/**
 * Takes unexpected switches out of a schedule one after another, as long as the same is still
 * found. Tries a fixed number of runs, so that the result does not depend on the time that it
 * takes.
 */
final class Minimizer {

  private static final int MAX_RUNS = 4_000;

  private final Program program;
  private final Configuration configuration;
  private final BooleanSupplier stop;
  private int runs;

  /**
   * Makes schedules of a program shorter.
   *
   * @param stop whether the user has no time for more
   */
  Minimizer(Program program, Configuration configuration, BooleanSupplier stop) {
    this.program = program;
    this.configuration = configuration;
    this.stop = stop;
  }

  /**
   * A shorter schedule in which the same is found.
   *
   * @param symptom part of the headline of the report to keep; empty for the first one
   */
  Schedule reduce(Schedule found, Outcome outcome, String symptom) {
    Report wanted = report(outcome, symptom).orElse(null);
    if (wanted == null) {
      return found;
    }
    Schedule best = symptom.isEmpty() ? found : upToReport(found, symptom);
    for (int chunk = Math.max(1, best.deviations().size() / 2); chunk >= 1; chunk /= 2) {
      for (int i = best.deviations().size() - chunk;
          i >= 0 && runs < MAX_RUNS && !stop.getAsBoolean();
          i -= chunk) {
        Schedule shorter =
            without(best, i, Math.min(chunk, best.deviations().size() - i), wanted, symptom);
        if (shorter != null) {
          best = shorter;
          i = Math.min(i, best.deviations().size()) + chunk - 1;
          i = Math.min(i, best.deviations().size());
        }
      }
    }
    return best;
  }

  /** The same run, ended where the report is made. */
  private Schedule upToReport(Schedule found, String symptom) {
    Recorder recorder = new Recorder(UntilReport.of(new Replay(found), symptom));
    Machine machine = new Machine(configuration, recorder);
    program.load(machine);
    machine.run();
    return recorder.schedule();
  }

  private Schedule without(Schedule s, int from, int count, Report wanted, String symptom) {
    List<Schedule.Deviation> rest = new ArrayList<>(s.deviations());
    rest.subList(from, from + count).clear();
    runs++;
    Recorder recorder = new Recorder(UntilReport.of(new Lenient(new Schedule(rest, 0)), symptom));
    Machine machine = new Machine(configuration, recorder);
    program.load(machine);
    Outcome outcome;
    try {
      outcome = machine.run();
    } catch (DmsimFault fault) {
      return null; // a schedule that the program was not made for
    }
    Optional<Report> same =
        report(outcome, symptom)
            .filter(r -> r.check() == wanted.check() && r.headline().equals(wanted.headline()));
    Schedule made = recorder.schedule();
    return same.isPresent() && made.deviations().size() < s.deviations().size() ? made : null;
  }

  /** The first report with {@code symptom} in its headline. */
  static Optional<Report> report(Outcome outcome, String symptom) {
    return outcome.reports().stream().filter(r -> r.headline().contains(symptom)).findFirst();
  }
}
