package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dmsim.explore.RandomProgram.Kind;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.PreemptionModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A search on several carriers makes the same runs, in the same order, as on one. */
class ScoutsTest {

  private static final Configuration MACHINE =
      Configuration.standard().withPositions(false).withChecks(false).withMaxSteps(2000);

  private static final int ENOUGH = 600;

  /** All that can be told of a search: each run, and how it ended. */
  private record Seen(OptimalSearch.Stop stop, String counts, List<String> runs) {}

  private static Seen search(Program program, Configuration c, int preemptions, Scouts scouts) {
    OptimalSearch search = new OptimalSearch(program, c, preemptions);
    if (scouts != null) {
      search.follow(scouts);
    }
    List<String> runs = new ArrayList<>();
    OptimalSearch.Stop stop =
        Machine.withCarrier(
            x ->
                search.search(
                    o -> {
                      runs.add(o.end() + " " + o.steps() + " " + Canonical.of(search.path.trace));
                      return true;
                    },
                    ENOUGH,
                    () -> false));
    String counts =
        String.join(
            " ",
            List.of(
                "" + search.executions,
                "" + search.redundant,
                "" + search.probes,
                "" + search.maxDepth,
                "" + search.wasBounded(),
                "" + search.divergence(),
                "" + search.planned()));
    return new Seen(stop, counts, runs);
  }

  /** How many runs scouts made. */
  private static long isTheSame(Program program, Configuration c, int preemptions) {
    Seen alone = search(program, c, preemptions, null);
    long taken = 0;
    for (int count : new int[] {1, 3}) {
      try (Scouts scouts = new Scouts(program, c, preemptions, count, Scouts.Pace.PATIENT)) {
        Seen together = search(program, c, preemptions, scouts);
        assertEquals(alone, together, () -> count + " scouts in\n" + program);
        taken += scouts.taken();
      }
    }
    return taken;
  }

  @ParameterizedTest
  @EnumSource(ClassicPrograms.class)
  void classicProgram(ClassicPrograms program) {
    int size = program == ClassicPrograms.LASTZERO ? 7 : program == ClassicPrograms.READERS ? 6 : 3;
    Configuration c = MACHINE.withCpus(size + 1);
    long taken = isTheSame(program.ofSize(size), c, OptimalSearch.REDUCED);
    assertTrue(taken > 0 || program == ClassicPrograms.SB, "no scout was of use");
    isTheSame(program.ofSize(2), c, 2);
  }

  static Stream<Arguments> kindsOfPrograms() {
    return OptimalSearchTest.kindsOfPrograms();
  }

  @ParameterizedTest
  @MethodSource("kindsOfPrograms")
  void programMadeByChance(PreemptionModel model, int cpus, Kind[] kinds) {
    Configuration c = MACHINE.withPreemption(model).withCpus(cpus);
    long taken = 0;
    for (int seed = 0; seed < 25; seed++) {
      Program p = new RandomProgram(seed, 3, 2 + seed % 2, kinds);
      taken += isTheSame(p, c, OptimalSearch.REDUCED);
      if (seed < 8) {
        isTheSame(p, c, 1);
      }
    }
    assertTrue(taken > 0, "no scout was of use");
  }

  static Stream<Arguments> kindsOfTimedPrograms() {
    return OptimalSearchTest.kindsOfTimedPrograms();
  }

  @ParameterizedTest
  @MethodSource("kindsOfTimedPrograms")
  void timedProgram(PreemptionModel model, int cpus, Kind[] kinds) {
    Configuration c =
        MACHINE.withPreemption(model).withCpus(cpus).withClock(Configuration.ClockMode.ANY_TIME);
    for (int seed = 0; seed < 25; seed++) {
      isTheSame(new RandomProgram(seed, 2, 2, kinds), c, OptimalSearch.REDUCED);
    }
  }
}
