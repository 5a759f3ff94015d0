package org.dmsim.explore;

import java.util.function.Supplier;
import org.dmsim.machine.Outcome;
import org.dmsim.strategy.Schedule;

/** Says of each run of a search whether it is what is looked for, and remembers what else came. */
final class Judge {

  private final String symptom;
  private final Livelocks livelocks;
  private SearchState.Sighting other;
  private SearchState.Sighting livelock;
  private long cuts;

  /** Looks for a report with {@code symptom} in its headline; for any if that is empty. */
  Judge(String symptom, Livelocks livelocks, SearchState before) {
    this.symptom = symptom;
    this.livelocks = livelocks;
    if (before != null) {
      other = before.other();
      cuts = before.cuts();
    }
  }

  /**
   * Whether something was found. That a run was cut off at the bound on steps is none: nobody knows
   * how it would have gone on, unless {@link Livelocks} tells, so the search ends BOUND-REACHED.
   */
  static boolean isBad(Outcome outcome) {
    return !outcome.reports().isEmpty() || outcome.end() == Outcome.End.STUCK;
  }

  /** What a run is to the search. */
  enum Ruling {
    CLEAN,
    WANTED,
    OTHER
  }

  Ruling ruling(Outcome outcome) {
    if (!isBad(outcome)) {
      return Ruling.CLEAN;
    }
    boolean wanted = symptom.isEmpty() || Minimizer.report(outcome, symptom).isPresent();
    return wanted ? Ruling.WANTED : Ruling.OTHER;
  }

  /** Takes note of a run, and says whether the search ends with it. */
  boolean ends(Outcome outcome, long number, Supplier<Schedule> schedule) {
    Ruling k = ruling(outcome);
    if (k == Ruling.OTHER && other == null) {
      other = new SearchState.Sighting(number, schedule.get().toString(), Cycle.NONE);
    }
    boolean wasCut = outcome.end() == Outcome.End.STEP_LIMIT;
    cuts += wasCut ? 1 : 0;
    if (wasCut && k == Ruling.CLEAN) {
      SearchState.Sighting seen = livelocks.look(number, schedule.get()).orElse(null);
      boolean wanted = symptom.isEmpty() || symptom.startsWith("LIVELOCK");
      livelock = wanted ? seen : null;
      other = wanted || other != null ? other : seen;
    }
    return k == Ruling.WANTED || livelock != null;
  }

  /** The livelock that the search ended with; or null. */
  SearchState.Sighting livelock() {
    return livelock;
  }

  /** The first run that ended badly in another way; or null. */
  SearchState.Sighting other() {
    return other;
  }

  /** A state of the search, with what is remembered here. */
  SearchState state(Frontier frontier, SearchState.Seeds seeds) {
    return new SearchState(cuts, livelocks.tails(), other, frontier, seeds);
  }

  /** How many runs were cut off. */
  long cuts() {
    return cuts;
  }
}
