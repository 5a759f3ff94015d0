package org.dmsim.scenarios.run;

import java.util.Optional;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Result;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.script.Expectation;
import org.dmsim.scenarios.script.Script;

/** Holds a script against {@code expect schedules N}: what {@code dmsim explore} counts of it. */
final class ScheduleCount {

  private ScheduleCount() {}

  /**
   * Searches the script as {@code dmsim explore} does, for one schedule more than expected at most.
   *
   * @return what came instead, in a line
   */
  static Optional<String> check(Script script, Overrides overrides, Expectation expected) {
    ScriptProgram program = new ScriptProgram(script);
    Configuration c = overrides.apply(script.header()).withMaxSteps(ScriptProgram.MAX_STEPS);
    c = overrides.cpus() == 0 ? c.withCpus(Explorer.cpusFor(program, c)) : c;
    Bounds bounds = Bounds.EXHAUSTIVE.withMaxSchedules(expected.count() + 1);
    Result r = new Explorer(program, c, bounds).explore();
    boolean all = r.end() == Result.End.EXHAUSTED;
    if (all && r.explored() == expected.count()) {
      return Optional.empty();
    }
    String got =
        switch (r.end()) {
          case VIOLATION ->
              "a violation in schedule "
                  + r.finding().orElseThrow().number()
                  + ": "
                  + r.finding().get().headline();
          case BROKEN -> r.divergence().map(Object::toString).orElse("a broken search");
          default -> all ? Long.toString(r.explored()) : more(r);
        };
    return Optional.of(
        expected.place() + ": expected " + expected.count() + " schedules, got " + got);
  }

  private static String more(Result r) {
    return r.bound().startsWith("max-schedules") ? "more" : r.explored() + " and " + r.bound();
  }
}
