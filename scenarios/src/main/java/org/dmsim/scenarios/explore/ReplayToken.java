package org.dmsim.scenarios.explore;

import java.util.Optional;
import org.dmsim.explore.Cycle;
import org.dmsim.explore.Finding;
import org.dmsim.strategy.Schedule;

/**
 * What is pasted to see a finding again: {@code v2:NAME:SETTINGS:DEVIATIONS:DIGEST}, where the name
 * is that of the scenario, the settings are machine and bounds, and the rest is a {@link Schedule}.
 * A token of version 1 is the schedule alone; who pastes it has to remember the rest.
 *
 * @param search the search that found it; null in version 1
 * @param schedule the run
 * @param cycle where the run is cut off, if it goes on for ever
 */
public record ReplayToken(Search search, Schedule schedule, Cycle cycle) {

  private static final String VERSION = "v2:";
  private static final String FIRST = "v1:";
  private static final String ENDLESS = ",endless=";

  /** The token of a finding. */
  public static ReplayToken of(Search search, Finding finding) {
    return new ReplayToken(search, finding.schedule(), finding.cycle());
  }

  /** The search that found it; empty in version 1. */
  public Optional<Search> by() {
    return Optional.ofNullable(search);
  }

  /**
   * Reads {@link #toString}'s text, or a schedule alone.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public static ReplayToken parse(String text) {
    if (text.startsWith(FIRST)) {
      return new ReplayToken(null, Schedule.parse(text), Cycle.NONE);
    }
    int digest = text.lastIndexOf(':');
    int deviations = text.lastIndexOf(':', digest - 1);
    int settings = text.lastIndexOf(':', deviations - 1);
    if (!text.startsWith(VERSION) || settings < VERSION.length()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no token of this dmsim; paste the v2:... that it printed");
    }
    Schedule schedule = Schedule.parse(FIRST + text.substring(deviations + 1));
    try {
      String name = text.substring(VERSION.length(), settings).replace("%20", " ");
      String machine = text.substring(settings + 1, deviations);
      int endless = machine.indexOf(ENDLESS);
      Cycle cycle = endless < 0 ? Cycle.NONE : cycle(machine.substring(endless + ENDLESS.length()));
      Search search = Search.parse(name, endless < 0 ? machine : machine.substring(0, endless));
      return new ReplayToken(search, schedule, cycle);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is damaged: " + e.getMessage().lines().findFirst().orElse(""), e);
    }
  }

  private static Cycle cycle(String text) {
    String[] words = text.split("/", -1);
    if (words.length != 2) {
      throw new IllegalArgumentException("endless=" + text + " is not STEPS/LENGTH");
    }
    return new Cycle(Long.parseLong(words[0]), Integer.parseInt(words[1]));
  }

  @Override
  public String toString() {
    String run = schedule.toString();
    return search == null
        ? run
        : VERSION
            + search.name().replace(" ", "%20")
            + ":"
            + search.settings()
            + (cycle.isEndless() ? ENDLESS + cycle.steps() + "/" + cycle.length() : "")
            + ":"
            + run.substring(FIRST.length());
  }
}
