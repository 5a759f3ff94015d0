package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dmsim.explore.RandomProgram.Kind;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Sched;
import org.dmsim.memory.SharedInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A search on several carriers makes the same runs, in the same order, as on one. */
class ScoutsTest {

  private static final Configuration MACHINE =
      Configuration.standard().withPositions(false).withChecks(false).withMaxSteps(2000);

  private static final int ENOUGH = 600;

  /** All that can be told of a search: each run, and how it ended. */
  private record Seen(OptimalSearch.Stop stop, String counts, List<String> runs) {}

  private static Seen search(Program program, Configuration c, int preemptions, Scouts scouts) {
    return search(new OptimalSearch(program, c, preemptions), scouts);
  }

  private static Seen search(OptimalSearch search, Scouts scouts) {
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
    return isTheSame(program, c, preemptions, search -> {});
  }

  private static long isTheSame(
      Program program, Configuration c, int preemptions, Consumer<OptimalSearch> prepare) {
    Seen alone = search(prepared(program, c, preemptions, prepare), null);
    long taken = 0;
    for (int count : new int[] {1, 3}) {
      try (Scouts scouts =
          OptimalSearch.scouts(program, c, preemptions, count, Scouts.Pace.PATIENT)) {
        Seen together = search(prepared(program, c, preemptions, prepare), scouts);
        assertEquals(alone, together, () -> count + " scouts in\n" + program);
        taken += scouts.taken();
      }
    }
    return taken;
  }

  private static OptimalSearch prepared(
      Program program, Configuration c, int preemptions, Consumer<OptimalSearch> prepare) {
    OptimalSearch search = new OptimalSearch(program, c, preemptions);
    prepare.accept(search);
    return search;
  }

  @ParameterizedTest
  @EnumSource(ClassicPrograms.class)
  void classicProgram(ClassicPrograms program) {
    int size = program == ClassicPrograms.LASTZERO ? 7 : program == ClassicPrograms.READERS ? 6 : 3;
    Configuration c = MACHINE.withCpus(size + 1);
    long taken = isTheSame(program.ofSize(size), c, Bounds.UNBOUNDED);
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
      taken += isTheSame(p, c, Bounds.UNBOUNDED);
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
      isTheSame(new RandomProgram(seed, 2, 2, kinds), c, Bounds.UNBOUNDED);
    }
  }

  /** Programs of which scouts learn what is known too late. */
  @ParameterizedTest
  @ValueSource(longs = {34, 41})
  void scoutThatLearns_goesNoFurther(long seed) {
    Kind[] kinds = {Kind.READ, Kind.WRITE, Kind.WAIT_TIMEOUT, Kind.INTERRUPT, Kind.ADD};
    for (int tasks = 3; tasks <= 4; tasks++) {
      RandomProgram p = new RandomProgram(seed, tasks, 2 + (int) seed % 2, kinds);
      isTheSame(p, MACHINE.withCpus(8), Bounds.UNBOUNDED);
    }
  }

  /**
   * Only a scout sees that a task adds to the counter, and only then somebody waits for it: where
   * additions are ordered, all that was noted is worth nothing, and the search begins anew.
   */
  @Test
  void whatScoutsLearn_theSearchKnows() {
    Program p =
        m -> {
          SharedInt[] x = new SharedInt[4];
          m.boot(() -> Arrays.setAll(x, i -> new SharedInt("x" + i, 0)));
          m.spawn(
              "waiter",
              () -> {
                if (x[0].readOnce() == 1) {
                  Sched.await(x[3], Access.READ, new AtLeastOne(x[3]));
                }
              });
          m.spawn("asks for a wait", () -> x[0].writeOnce(1));
          m.spawn(
              "adder",
              () -> {
                if (x[1].readOnce() == 1) {
                  x[3].add(1);
                }
              });
          m.spawn("asks for it", () -> x[1].writeOnce(1));
          m.spawn("first", () -> x[2].writeOnce(1));
          m.spawn("second", () -> x[2].writeOnce(2));
        };
    Configuration c = MACHINE.withCpus(8);
    Seen seen = search(prepared(p, c, Bounds.UNBOUNDED, OptimalSearch::orderAdditions), null);
    int executions = Integer.parseInt(seen.counts().split(" ")[0]);
    assertTrue(executions < seen.runs().size(), "the search did not begin anew");
    assertTrue(isTheSame(p, c, Bounds.UNBOUNDED, OptimalSearch::orderAdditions) > 0);
  }

  private record AtLeastOne(SharedInt counter) implements Blocker {
    @Override
    public boolean ready() {
      return counter.peek() >= 1;
    }

    @Override
    public String waitsFor() {
      return "counter";
    }
  }

  /** A branch is not taken over if it begins with other things asleep, or with more known. */
  @Test
  void scoutThatGuessedWrong_isNotBelieved() {
    Program p = ClassicPrograms.LASTZERO.ofSize(5);
    OptimalSearch search = new OptimalSearch(p, MACHINE.withCpus(6));
    Machine.withCarrier(x -> search.search(o -> true, 1, () -> false));
    Path path = search.path;
    int d = path.kept() - 1;
    while (path.node(d).pending.isEmpty()) {
      d--;
    }
    Node n = path.node(d);
    Foray f = new Foray(path, search.learned, d, 0, true, new AtomicLong());
    assertFalse(f.isAsThought(n, search.learned), "what is made now sleeps when the branch begins");
    n.addSleeper(n.pending.getFirst().step);
    assertFalse(f.isAsThought(n, search.learned), "another step sleeps");
    n.sleeping--;
    n.addSleeper(path.trace.step(d));
    assertTrue(f.isAsThought(n, search.learned));
    search.learned.alarmIsDue();
    assertFalse(f.isAsThought(n, search.learned), "more is known");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void finding_isTheFirst_andIsMadeTheSame(int jobs) {
    for (String symptom : new String[] {"", "LOST", "blocked for ever", "of another kind"}) {
      for (Bounds b : List.of(Bounds.EXHAUSTIVE, Bounds.EXHAUSTIVE.withPreemptions(2))) {
        for (long most : new long[] {5, 20, 100_000}) {
          Bounds bounds = b.withMaxSchedules(most);
          Program p = ResumeTest::twoWaysToFail;
          Result one = new Explorer(p, MACHINE, bounds).lookingFor(symptom).explore();
          Result more =
              new Explorer(p, MACHINE, bounds)
                  .lookingFor(symptom)
                  .withJobs(jobs)
                  .withPace(Scouts.Pace.PATIENT)
                  .explore();
          assertEquals(one, more, () -> symptom + " in " + most);
        }
      }
    }
  }

  /** That what comes of it is the same does not show that anybody helps. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void jobs_areAsManyCarriers(int jobs) {
    Set<Thread> carriers = ConcurrentHashMap.newKeySet();
    Program lastzero = ClassicPrograms.LASTZERO.ofSize(9);
    Program p =
        m -> {
          carriers.add(Thread.currentThread());
          lastzero.load(m);
        };
    Result r =
        new Explorer(p, MACHINE.withCpus(10), Bounds.EXHAUSTIVE)
            .withJobs(jobs)
            .withPace(Scouts.Pace.PATIENT)
            .explore();
    assertEquals(Result.End.EXHAUSTED, r.end());
    assertEquals(ClassicPrograms.LASTZERO.schedules(9), r.explored());
    assertEquals(jobs, carriers.size());
  }

  /** A search that ends early does not leave scouts behind. */
  @Test
  void closed_noScoutRuns() {
    Program p = ClassicPrograms.LASTZERO.ofSize(9);
    Configuration c = MACHINE.withCpus(10);
    OptimalSearch search = new OptimalSearch(p, c);
    Scouts scouts = OptimalSearch.scouts(p, c, Bounds.UNBOUNDED, 2, new Scouts.Pace(0, false));
    search.follow(scouts);
    Machine.withCarrier(x -> search.search(o -> true, 50, () -> false));
    scouts.close();
    assertEquals(0, scouts.steps(), "steps of runs that nobody wants are kept");
  }
}
