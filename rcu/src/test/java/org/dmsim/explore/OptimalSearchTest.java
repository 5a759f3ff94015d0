package org.dmsim.explore;

import static org.dmsim.explore.RandomProgram.Kind.ADD;
import static org.dmsim.explore.RandomProgram.Kind.CHOOSE;
import static org.dmsim.explore.RandomProgram.Kind.COMPLETE;
import static org.dmsim.explore.RandomProgram.Kind.DOWN;
import static org.dmsim.explore.RandomProgram.Kind.GRACE_PERIOD;
import static org.dmsim.explore.RandomProgram.Kind.IF_READ_WRITE;
import static org.dmsim.explore.RandomProgram.Kind.INTERRUPT;
import static org.dmsim.explore.RandomProgram.Kind.LOCK;
import static org.dmsim.explore.RandomProgram.Kind.LOCKED;
import static org.dmsim.explore.RandomProgram.Kind.READ;
import static org.dmsim.explore.RandomProgram.Kind.READ_SEM;
import static org.dmsim.explore.RandomProgram.Kind.SPAWN;
import static org.dmsim.explore.RandomProgram.Kind.SPIN_LOCKED;
import static org.dmsim.explore.RandomProgram.Kind.SUBTRACT;
import static org.dmsim.explore.RandomProgram.Kind.UP;
import static org.dmsim.explore.RandomProgram.Kind.WAIT_AT_LEAST;
import static org.dmsim.explore.RandomProgram.Kind.WAIT_COMPLETION;
import static org.dmsim.explore.RandomProgram.Kind.WAIT_FOR;
import static org.dmsim.explore.RandomProgram.Kind.WAIT_TIMEOUT;
import static org.dmsim.explore.RandomProgram.Kind.WRITE;
import static org.dmsim.explore.RandomProgram.Kind.WRITE_SEM;
import static org.dmsim.machine.MemoryModel.PSO;
import static org.dmsim.machine.MemoryModel.TSO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.dmsim.explore.RandomProgram.Kind;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Configuration.ClockMode;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Sched;
import org.dmsim.memory.SharedInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the search against what the literature counts, and against trying every interleaving. */
class OptimalSearchTest {

  private static final long ENOUGH = 3_000;

  /** Programs of a kind whose stores are delayed. */
  private static final int SOME = 12;

  /** Where tasks share CPUs, one that spins for another's lock keeps it from its CPU. */
  private static final Kind[] WITHOUT_SPINNING =
      Stream.of(Kind.values())
          .filter(k -> k != SPIN_LOCKED && k != GRACE_PERIOD)
          .toArray(Kind[]::new);

  private static Configuration configuration(int cpus) {
    return Configuration.standard().withPositions(false).withChecks(false).withCpus(cpus);
  }

  @ParameterizedTest
  @CsvSource({
    "WRITERS,3,6",
    "WRITERS,5,120",
    "READERS,8,256",
    "READERS,13,8192",
    "INCREMENTS,3,36",
    "INCREMENTS,4,576",
    "LASTZERO,5,64",
    "LASTZERO,10,3328",
    "LASTZERO,15,147456",
    "SB,2,3"
  })
  void everyTraceIsRunOnce(ClassicPrograms program, int size, long traces) {
    OptimalSearch search = new OptimalSearch(program.ofSize(size), configuration(size + 1));
    OptimalSearch.Stop stop = run(search, Long.MAX_VALUE, o -> {});
    assertEquals(OptimalSearch.Stop.EXHAUSTED, stop);
    assertEquals(traces, search.executions);
    assertEquals(traces, program.schedules(size));
    assertEquals(0, search.redundant);
  }

  static Stream<Arguments> kindsOfPrograms() {
    PreemptionModel full = PreemptionModel.FULL;
    PreemptionModel none = PreemptionModel.NONE;
    return Stream.of(
        Arguments.of(full, 8, new Kind[] {READ, WRITE, ADD, IF_READ_WRITE}),
        Arguments.of(full, 8, new Kind[] {READ, WRITE, ADD, LOCKED}),
        Arguments.of(full, 8, new Kind[] {READ, WRITE, LOCKED, LOCK, DOWN, UP}),
        Arguments.of(none, 8, new Kind[] {READ, WRITE, LOCKED, DOWN, UP, READ_SEM, WRITE_SEM}),
        Arguments.of(full, 8, new Kind[] {READ, WRITE, READ_SEM, WRITE_SEM}),
        Arguments.of(full, 8, new Kind[] {READ, COMPLETE, WAIT_COMPLETION, ADD, WAIT_AT_LEAST}),
        Arguments.of(full, 8, new Kind[] {READ, WRITE, WAIT_TIMEOUT, WAIT_AT_LEAST}),
        Arguments.of(full, 8, new Kind[] {ADD, SUBTRACT, WAIT_FOR}),
        Arguments.of(full, 8, new Kind[] {ADD, SUBTRACT, WAIT_FOR, WRITE, READ}),
        Arguments.of(full, 8, new Kind[] {ADD, WAIT_AT_LEAST, LOCKED, IF_READ_WRITE}),
        Arguments.of(full, 8, new Kind[] {ADD, SUBTRACT, WAIT_TIMEOUT, WAIT_FOR}),
        Arguments.of(none, 2, new Kind[] {ADD, SUBTRACT, WAIT_FOR, WAIT_TIMEOUT}),
        Arguments.of(full, 12, new Kind[] {READ, WRITE, SPAWN, ADD}),
        Arguments.of(full, 8, new Kind[] {READ, WRITE, CHOOSE, IF_READ_WRITE}),
        Arguments.of(none, 1, new Kind[] {READ, WRITE, DOWN, UP, LOCKED}),
        Arguments.of(none, 2, new Kind[] {READ, WRITE, DOWN, UP, LOCKED}),
        Arguments.of(full, 8, new Kind[] {READ, WRITE, INTERRUPT}),
        Arguments.of(none, 2, new Kind[] {READ, WRITE, WAIT_TIMEOUT, INTERRUPT, SPAWN}),
        Arguments.of(full, 8, new Kind[] {READ, WRITE, WAIT_TIMEOUT, INTERRUPT, ADD}),
        Arguments.of(full, 8, new Kind[] {READ, WAIT_TIMEOUT, COMPLETE, WAIT_COMPLETION}),
        Arguments.of(none, 8, new Kind[] {READ, WRITE, SPIN_LOCKED, GRACE_PERIOD}),
        Arguments.of(full, 8, new Kind[] {READ, SPIN_LOCKED, GRACE_PERIOD}),
        Arguments.of(none, 3, WITHOUT_SPINNING));
  }

  @ParameterizedTest
  @MethodSource("kindsOfPrograms")
  void itSeesAsManyTracesAsAllInterleavingsHave(PreemptionModel model, int cpus, Kind[] kinds) {
    Configuration c = configuration(cpus).withPreemption(model).withMaxSteps(2000);
    int compared = 0;
    for (int seed = 0; seed < 60; seed++) {
      compared += compare(new RandomProgram(seed, 3, 2, kinds), c, true) ? 1 : 0;
    }
    assertTrue(compared >= 10, "only " + compared + " programs were small enough");
  }

  /** A wait may hold before any of many additions, whichever came first. */
  @ParameterizedTest
  @CsvSource({"4,1", "5,1", "4,2", "3,3"})
  void additionsCommute_thoughSomebodyWaits(int tasks, int ops) {
    additionsCommute(tasks, ops, 0, 30);
  }

  @ParameterizedTest
  @CsvSource({"4,1", "5,1", "4,2", "3,3"})
  @Tag("deep")
  void additionsCommute_inThousandsOfPrograms(int tasks, int ops) {
    additionsCommute(tasks, ops, 30, 1_000);
  }

  private static void additionsCommute(int tasks, int ops, int from, int to) {
    Configuration c = configuration(8).withMaxSteps(2000);
    int compared = 0;
    for (int seed = from; seed < to; seed++) {
      RandomProgram p = new RandomProgram(seed, tasks, ops, ADD, ADD, SUBTRACT, WAIT_FOR);
      compared += compare(p, c, true) ? 1 : 0;
    }
    assertTrue(compared >= 10, "only " + compared + " programs were small enough");
  }

  /** Where they are ordered there are more runs, and they come to nothing else. */
  @ParameterizedTest
  @MethodSource("kindsOfPrograms")
  void orderOfAdditions_changesNoFinalState(PreemptionModel model, int cpus, Kind[] kinds) {
    orderOfAdditions(model, cpus, kinds, 0, 20);
  }

  @ParameterizedTest
  @MethodSource("kindsOfPrograms")
  @Tag("deep")
  void orderOfAdditions_changesNoFinalStateOfThousandsOfPrograms(
      PreemptionModel model, int cpus, Kind[] kinds) {
    orderOfAdditions(model, cpus, kinds, 20, 400);
  }

  private static void orderOfAdditions(
      PreemptionModel model, int cpus, Kind[] kinds, int from, int to) {
    Configuration c = configuration(cpus).withPreemption(model).withMaxSteps(2000);
    Kind[] adding = Arrays.copyOf(kinds, kinds.length + 3);
    adding[kinds.length] = ADD;
    adding[kinds.length + 1] = SUBTRACT;
    adding[kinds.length + 2] = WAIT_FOR;
    int compared = 0;
    for (int seed = from; seed < to; seed++) {
      RandomProgram p = new RandomProgram(seed, 3, 2, adding);
      OptimalSearch all = new OptimalSearch(p, c);
      all.orderAdditions();
      OptimalSearch fewer = new OptimalSearch(p, c);
      Set<String> more = new TreeSet<>();
      Set<String> seen = new TreeSet<>();
      if (run(all, ENOUGH, o -> more.add(p.state())) == OptimalSearch.Stop.EXHAUSTED) {
        assertEquals(OptimalSearch.Stop.EXHAUSTED, run(fewer, ENOUGH, o -> seen.add(p.state())));
        assertEquals(more, seen, p::toString);
        assertTrue(fewer.executions <= all.executions, p::toString);
        compared++;
      }
    }
    assertTrue(compared >= 5, "only " + compared + " programs were small enough");
  }

  /** There are too many sets of additions to be tried, so they are tried in every order. */
  @Test
  void wherePlacesOfAWaitAreTooMany_additionsAreOrdered() {
    Program p =
        m -> {
          SharedInt[] x = new SharedInt[1];
          m.boot(() -> x[0] = new SharedInt("x", 0));
          for (int i = 0; i < 4; i++) {
            m.spawnKthread("adder" + i, () -> x[0].add(1));
          }
          m.spawnKthread("waiter", () -> Sched.await(x[0], Access.READ, new Never(x[0])));
        };
    OptimalSearch search = new OptimalSearch(p, configuration(8));
    assertEquals(OptimalSearch.Stop.EXHAUSTED, run(search, ENOUGH, o -> {}));
    assertEquals(1, search.executions);
    OptimalSearch few = new OptimalSearch(p, configuration(8));
    few.learned.mostSets = 7;
    assertEquals(OptimalSearch.Stop.EXHAUSTED, run(few, ENOUGH, o -> {}));
    assertEquals(24, few.executions);
  }

  private record Never(SharedInt x) implements Blocker {
    @Override
    public boolean ready() {
      return x.peek() > 9;
    }

    @Override
    public String waitsFor() {
      return "ten";
    }
  }

  static Stream<Arguments> kindsOfProgramsOnWeakMemory() {
    PreemptionModel full = PreemptionModel.FULL;
    PreemptionModel none = PreemptionModel.NONE;
    Stream<Arguments> tso =
        Stream.of(
            Arguments.of(TSO, full, 8, new Kind[] {READ, WRITE, ADD, IF_READ_WRITE}),
            Arguments.of(TSO, full, 8, new Kind[] {READ, WRITE, LOCKED}),
            Arguments.of(TSO, none, 8, new Kind[] {READ, WRITE, SPIN_LOCKED, UP, DOWN}),
            Arguments.of(TSO, full, 8, new Kind[] {READ, WRITE, COMPLETE, WAIT_COMPLETION}),
            Arguments.of(TSO, none, 2, new Kind[] {READ, WRITE, LOCKED}),
            Arguments.of(TSO, full, 8, new Kind[] {READ, WRITE, INTERRUPT}),
            Arguments.of(TSO, none, 8, new Kind[] {READ, WRITE, GRACE_PERIOD}));
    Stream<Arguments> pso =
        Stream.of(
            Arguments.of(PSO, full, 8, new Kind[] {READ, WRITE, ADD, IF_READ_WRITE}),
            Arguments.of(PSO, full, 8, new Kind[] {READ, WRITE, LOCKED}),
            Arguments.of(PSO, none, 2, new Kind[] {READ, WRITE, DOWN, UP}),
            Arguments.of(PSO, full, 8, new Kind[] {READ, WRITE, INTERRUPT}));
    return Stream.concat(tso, pso);
  }

  @ParameterizedTest
  @MethodSource("kindsOfProgramsOnWeakMemory")
  void whereStoresAreDelayedItSeesAsManyTracesAsAllInterleavingsHave(
      MemoryModel memory, PreemptionModel model, int cpus, Kind[] kinds) {
    Configuration c =
        configuration(cpus).withPreemption(model).withMaxSteps(2000).withMemory(memory);
    int compared = 0;
    for (int seed = 0; seed < SOME; seed++) {
      compared += compare(new RandomProgram(seed, 3, 2, kinds), c, cpus > 3) ? 1 : 0;
    }
    assertTrue(compared >= SOME / 3, "only " + compared + " programs were small enough");
  }

  static Stream<Arguments> kindsOfTimedPrograms() {
    return Stream.of(
        Arguments.of(PreemptionModel.FULL, 8, new Kind[] {READ, WRITE, WAIT_TIMEOUT, LOCKED}),
        Arguments.of(PreemptionModel.FULL, 2, new Kind[] {READ, WRITE, WAIT_TIMEOUT, INTERRUPT}),
        Arguments.of(PreemptionModel.NONE, 1, WITHOUT_SPINNING));
  }

  @ParameterizedTest
  @MethodSource("kindsOfTimedPrograms")
  void timersMayGoOffAtAnyPoint(PreemptionModel model, int cpus, Kind[] kinds) {
    Configuration c =
        configuration(cpus).withPreemption(model).withClock(ClockMode.ANY_TIME).withMaxSteps(2000);
    int compared = 0;
    for (int seed = 0; seed < 60; seed++) {
      compared += compare(new RandomProgram(seed, 2, 2, kinds), c, true) ? 1 : 0;
    }
    assertTrue(compared >= 10);
  }

  /**
   * A preempted task may go on elsewhere, so what a step touches depends on what came before it.
   * Nothing is missed, but some runs turn out to be seen already.
   */
  @Test
  void preemptionOnSharedCpusMissesNothing() {
    Configuration c = configuration(2).withMaxSteps(2000);
    int compared = 0;
    for (int seed = 0; seed < 60; seed++) {
      compared += compare(new RandomProgram(seed, 3, 2, READ, WRITE, DOWN, UP), c, false) ? 1 : 0;
    }
    assertTrue(compared >= 10);
  }

  /** Whether the program was small enough to compare. */
  private static boolean compare(RandomProgram program, Configuration c, boolean optimal) {
    OptimalSearch reduced = new OptimalSearch(program, c);
    List<String> seen = new ArrayList<>();
    OptimalSearch.Stop stop = run(reduced, ENOUGH, o -> seen.add(Canonical.of(o.path.trace)));
    OptimalSearch all = new OptimalSearch(program, c, Integer.MAX_VALUE);
    all.learned.takeOver(reduced.learned);
    Set<String> traces = new HashSet<>();
    if (run(all, ENOUGH, o -> traces.add(Canonical.of(o.path.trace)))
            != OptimalSearch.Stop.EXHAUSTED
        || stop == OptimalSearch.Stop.MAX_SCHEDULES) {
      return false;
    }
    int runs = (int) reduced.executions;
    Set<String> distinct = new HashSet<>(seen.subList(seen.size() - runs, seen.size()));
    assertEquals(OptimalSearch.Stop.EXHAUSTED, stop, () -> reduced.divergence() + "\n" + program);
    assertEquals(traces.size(), distinct.size(), program::toString);
    assertEquals(distinct.size(), runs, program::toString);
    if (optimal) {
      assertEquals(0, reduced.redundant, program::toString);
    }
    return true;
  }

  private interface Look {
    void at(OptimalSearch search);
  }

  private static OptimalSearch.Stop run(OptimalSearch search, long limit, Look look) {
    return Machine.withCarrier(
        x ->
            search.search(
                outcome -> {
                  look.at(search);
                  return true;
                },
                limit,
                () -> false));
  }
}
