package org.dmsim.scenarios.random;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Result;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.explore.Search;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.ScriptParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a script does, dmsim is not at fault: random scripts under every way to run one. */
final class NeverBrokenTest {

  private static final int SOME = 16;
  private static final int MANY = 4_000;
  private static final long SCHEDULES = 8;
  private static final Overrides OVERRIDES =
      new Overrides(null, null, 0, null, Configuration.Coroutines.AUTOMATIC, 20_000);

  @Test
  void randomScripts_neverBreakIt() {
    play(0, SOME);
  }

  @Test
  @Tag("deep")
  void manyRandomScripts_neverBreakIt() {
    play(SOME, MANY);
  }

  /** Plays the scripts with those numbers, and says what broke; returns how the searches ended. */
  static Map<Result.End, Integer> play(int from, int to) {
    Map<Result.End, Integer> endings = new EnumMap<>(Result.End.class);
    List<String> broken = new ArrayList<>();
    for (int seed = from; seed < to; seed++) {
      String text = RandomPlay.script(seed);
      String what = "run";
      try {
        new ScriptRun(ScriptParser.parse("seed" + seed, text), OVERRIDES, Listener.NONE).run();
        for (Bounds.Selection kind : Bounds.Selection.values()) {
          what = kind.toString();
          Result r = search(seed, text, kind);
          endings.merge(r.end(), 1, Integer::sum);
          if (r.end() == Result.End.BROKEN) {
            broken.add("seed " + seed + " " + kind + ": " + r.divergence().orElse(null));
          }
        }
      } catch (RuntimeException | Error fault) {
        if (isRefusal(fault)) {
          continue;
        }
        Throwable cause = fault.getCause() == null ? fault : fault.getCause();
        broken.add(
            "seed "
                + seed
                + " "
                + what
                + ": "
                + fault.getMessage()
                + " / "
                + cause
                + " at "
                + (cause.getStackTrace().length == 0 ? "" : cause.getStackTrace()[0]));
      }
    }
    if (!broken.isEmpty()) {
      fail(broken.size() + " broken:\n" + String.join("\n", broken));
    }
    return endings;
  }

  /** What is not modelled is the script's fault, which a line of it is told. */
  private static boolean isRefusal(Throwable fault) {
    boolean line = false;
    for (Throwable t = fault; t != null; t = t.getCause()) {
      line |= t instanceof ScriptError;
      if (t instanceof NotModelledException) {
        return line;
      }
    }
    return false;
  }

  private static Result search(int seed, String text, Bounds.Selection kind) {
    Programs.Named program = Programs.script("seed" + seed, text);
    Configuration c = program.configuration();
    Bounds bounds = Bounds.EXHAUSTIVE.withSelection(kind).withMaxSchedules(SCHEDULES);
    return Search.of(program, c, bounds)
        .explorer(program, Configuration.Coroutines.AUTOMATIC)
        .explore();
  }
}
