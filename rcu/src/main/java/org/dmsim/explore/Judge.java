package org.dmsim.explore;

import java.util.function.Supplier;
import org.dmsim.machine.Outcome;
import org.dmsim.strategy.Schedule;

/** Says of each run of a search whether it is what is looked for, and remembers what else came. */
final class Judge {

  private final String symptom;
  private SearchState.Sighting other;
  private boolean cut;

  /** Looks for a report with {@code symptom} in its headline; for any if that is empty. */
  Judge(String symptom, SearchState before) {
    this.symptom = symptom;
    if (before != null) {
      other = before.other();
      cut = before.cut();
    }
  }

  /**
   * Whether something was found. A run that was cut off at the bound on steps is none: nobody knows
   * how it would have gone on, so the search ends BOUND-REACHED.
   */
  static boolean isBad(Outcome outcome) {
    return !outcome.reports().isEmpty() || outcome.end() == Outcome.End.STUCK;
  }

  /** What a run is to the search. */
  enum Kind {
    CLEAN,
    WANTED,
    OTHER
  }

  Kind kind(Outcome outcome) {
    if (!isBad(outcome)) {
      return Kind.CLEAN;
    }
    boolean wanted = symptom.isEmpty() || Minimizer.report(outcome, symptom).isPresent();
    return wanted ? Kind.WANTED : Kind.OTHER;
  }

  /** Takes note of a run, and says whether the search ends with it. */
  boolean ends(Outcome outcome, long number, Supplier<Schedule> schedule) {
    cut |= outcome.end() == Outcome.End.STEP_LIMIT;
    Kind k = kind(outcome);
    if (k == Kind.OTHER && other == null) {
      other = new SearchState.Sighting(number, schedule.get().toString());
    }
    return k == Kind.WANTED;
  }

  /** The first run that ended badly in another way; or null. */
  SearchState.Sighting other() {
    return other;
  }

  /** Whether a run was cut off. */
  boolean sawCut() {
    return cut;
  }
}
