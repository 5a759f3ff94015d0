package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.dmsim.explore.RandomProgram.Kind;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that was cut into pieces comes to the end that it comes to in one piece. */
class ResumeTest {

  private static final Configuration MACHINE =
      Configuration.standard().withPositions(false).withChecks(false).withMaxSteps(2000);

  private static final int ENOUGH = 400;

  /** Runs of the longest of the pieces; each is cut off by a bound on runs. */
  private static Result inPieces(
      Program program, Configuration c, Bounds bounds, String symptom, int runs) {
    SearchState state = null;
    long explored = 0;
    for (int piece = 0; piece < 100_000; piece++) {
      Explorer e = new Explorer(program, c, bounds.withMaxSchedules(runs)).lookingFor(symptom);
      Result r = (state == null ? e : e.from(state)).explore();
      if (e.stopped().isEmpty()) {
        return r;
      }
      assertTrue(r.end() == Result.End.BOUND_REACHED || r.finding().isPresent());
      state = e.stopped().get();
      assertEquals(r.explored(), state.explored());
      explored = state.explored();
    }
    throw new AssertionError("no end after " + explored);
  }

  private static void comesToTheSame(Program program, Configuration c, Bounds bounds) {
    comesToTheSame(program, c, bounds, "");
  }

  private static void comesToTheSame(
      Program program, Configuration c, Bounds bounds, String symptom) {
    Explorer once = new Explorer(program, c, bounds.withMaxSchedules(ENOUGH)).lookingFor(symptom);
    Result whole = once.explore();
    if (once.stopped().isPresent()) {
      return; // too large to be cut at every point
    }
    for (int runs : new int[] {1, 2, 3, 7, 50}) {
      Result pieces = inPieces(program, c, bounds, symptom, runs);
      assertEquals(whole, pieces, () -> runs + " runs a piece of\n" + program);
    }
  }

  @ParameterizedTest
  @EnumSource(ClassicPrograms.class)
  void classicProgram_inPieces_hasTheSameCounts(ClassicPrograms program) {
    int size = program == ClassicPrograms.LASTZERO ? 7 : program == ClassicPrograms.READERS ? 6 : 3;
    comesToTheSame(program.ofSize(size), MACHINE.withCpus(size + 1), Bounds.EXHAUSTIVE);
  }

  static Stream<Arguments> kindsOfPrograms() {
    PreemptionModel full = PreemptionModel.FULL;
    PreemptionModel none = PreemptionModel.NONE;
    return Stream.of(
        Arguments.of(full, 8, List.of(Kind.READ, Kind.WRITE, Kind.ADD, Kind.IF_READ_WRITE)),
        Arguments.of(full, 8, List.of(Kind.IF_READ_WRITE, Kind.WRITE)),
        Arguments.of(full, 8, List.of(Kind.IF_READ_WRITE, Kind.READ, Kind.CHOOSE)),
        Arguments.of(full, 2, List.of(Kind.WRITE, Kind.LOCKED, Kind.DOWN, Kind.UP)),
        Arguments.of(full, 8, List.of(Kind.WRITE, Kind.LOCKED, Kind.LOCK, Kind.DOWN, Kind.UP)),
        Arguments.of(none, 8, List.of(Kind.WRITE, Kind.LOCKED, Kind.READ_SEM, Kind.WRITE_SEM)),
        Arguments.of(full, 8, List.of(Kind.COMPLETE, Kind.WAIT_COMPLETION, Kind.WAIT_AT_LEAST)),
        Arguments.of(full, 8, List.of(Kind.READ, Kind.WRITE, Kind.WAIT_TIMEOUT, Kind.ADD)),
        Arguments.of(full, 12, List.of(Kind.READ, Kind.WRITE, Kind.SPAWN, Kind.ADD)),
        Arguments.of(full, 8, List.of(Kind.READ, Kind.WRITE, Kind.CHOOSE)),
        Arguments.of(none, 1, List.of(Kind.READ, Kind.WRITE, Kind.DOWN, Kind.UP)),
        Arguments.of(full, 8, List.of(Kind.READ, Kind.WRITE, Kind.INTERRUPT)));
  }

  @ParameterizedTest
  @MethodSource("kindsOfPrograms")
  void programMadeByChance_inPieces_comesToTheSame(
      PreemptionModel model, int cpus, List<Kind> kinds) {
    Configuration c = MACHINE.withPreemption(model).withCpus(cpus);
    for (int seed = 0; seed < 25; seed++) {
      RandomProgram p = new RandomProgram(seed, 3, 2 + seed % 2, kinds.toArray(Kind[]::new));
      comesToTheSame(p, c, Bounds.EXHAUSTIVE);
      if (seed < 8) {
        comesToTheSame(p, c, Bounds.EXHAUSTIVE.withPreemptions(1));
      }
    }
  }

  /** Programs in which a race is held back by a step that later loses its claim to come first. */
  @ParameterizedTest
  @ValueSource(longs = {19, 108, 121, 289})
  void raceThatIsHeldBack_isNotForgotten(long seed) {
    comesToTheSame(
        new RandomProgram(seed, 4, 3, Kind.IF_READ_WRITE, Kind.CHOOSE, Kind.READ, Kind.WRITE),
        MACHINE.withCpus(8),
        Bounds.EXHAUSTIVE);
  }

  /** A deadlock in one order, and a lost update in another. */
  static void twoWaysToFail(org.dmsim.machine.Machine m) {
    SharedInt[] x = new SharedInt[1];
    Mutex[] locks = new Mutex[2];
    m.boot(
        () -> {
          x[0] = new SharedInt("x", 0);
          locks[0] = new Mutex("&first");
          locks[1] = new Mutex("&second");
        });
    for (int i = 0; i < 2; i++) {
      int self = i;
      m.spawn(
          "task" + i,
          () -> {
            x[0].writeOnce(x[0].readOnce() + 1);
            locks[self].lock();
            locks[1 - self].lock();
            locks[1 - self].unlock();
            locks[self].unlock();
          });
    }
    m.atEnd(
        () -> {
          if (x[0].peek() != 2) {
            m.report(
                new Report(
                    Check.ASSERTION,
                    "LOST: an update",
                    List.of("LOST: an update"),
                    m.step(),
                    Report.Counts.NONE));
          }
        });
  }

  @Test
  void firstFinding_isTheSame_whateverIsLookedFor() {
    for (String symptom : new String[] {"", "LOST", "blocked for ever", "of another kind"}) {
      comesToTheSame(ResumeTest::twoWaysToFail, MACHINE, Bounds.EXHAUSTIVE, symptom);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Bounds.Selection.class, names = "EXHAUSTIVE", mode = EnumSource.Mode.EXCLUDE)
  void seeds_inPieces_areTheSameRuns(Bounds.Selection kind) {
    Program program = ResumeTest::twoWaysToFail;
    Bounds bounds = Bounds.EXHAUSTIVE.withSelection(kind).withSeed(5);
    for (String symptom : new String[] {"LOST", "blocked for ever"}) {
      Explorer once = new Explorer(program, MACHINE, bounds).lookingFor(symptom);
      Result whole = once.explore();
      assertEquals(Result.End.VIOLATION, whole.end());
      SearchState state = null;
      Result pieces = null;
      while (pieces == null || pieces.explored() < whole.explored()) {
        Explorer e = new Explorer(program, MACHINE, bounds.withMaxSchedules(1)).lookingFor(symptom);
        pieces = (state == null ? e : e.from(state)).explore();
        state = e.stopped().orElse(null);
      }
      assertEquals(whole, pieces);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Bounds.Selection.class, names = "EXHAUSTIVE", mode = EnumSource.Mode.EXCLUDE)
  void seeds_dealtOutToSeveralCarriers_comeToTheSame(Bounds.Selection kind) {
    Bounds bounds = Bounds.EXHAUSTIVE.withSelection(kind).withMaxSchedules(700);
    for (String symptom : new String[] {"", "LOST", "blocked for ever", "of another kind"}) {
      for (int seed = 1; seed < 60; seed += 7) {
        Bounds b = bounds.withSeed(seed);
        Result one =
            new Explorer(ResumeTest::twoWaysToFail, MACHINE, b).lookingFor(symptom).explore();
        Result three =
            new Explorer(ResumeTest::twoWaysToFail, MACHINE, b)
                .lookingFor(symptom)
                .withJobs(3)
                .explore();
        assertEquals(one, three, symptom);
      }
    }
  }

  @Test
  void interrupted_saysSo_andGoesOn() {
    Program program = ClassicPrograms.INCREMENTS.ofSize(3);
    Configuration c = MACHINE.withCpus(3);
    int[] looks = new int[1];
    Explorer e = new Explorer(program, c, Bounds.EXHAUSTIVE);
    Result r =
        e.explore(
            new Watch() {
              @Override
              public boolean isInterrupted() {
                return ++looks[0] > 10;
              }
            });
    assertEquals(Result.End.INTERRUPTED, r.end());
    assertEquals(10, r.explored());
    Result rest =
        new Explorer(program, c, Bounds.EXHAUSTIVE).from(e.stopped().orElseThrow()).explore();
    assertEquals(Result.End.EXHAUSTED, rest.end());
    assertEquals(36, rest.explored());
  }

  @Test
  void late_whileOtherFindingsAreSeen_endsWithTheFirstOfThem() {
    Explorer e =
        new Explorer(ResumeTest::twoWaysToFail, MACHINE, Bounds.EXHAUSTIVE)
            .lookingFor("of another kind");
    int[] looks = new int[1];
    Result r =
        e.explore(
            new Watch() {
              @Override
              public boolean isLate() {
                return ++looks[0] > 1;
              }
            });
    assertEquals(Result.End.VIOLATION, r.end());
    assertTrue(r.explored() <= 20, () -> "went on for " + r.explored() + " runs");
  }

  @Test
  void stateOfAnotherKindOfSearch_isRefused() {
    Explorer e =
        new Explorer(ClassicPrograms.SB.ofSize(2), MACHINE, Bounds.EXHAUSTIVE.withMaxSchedules(1));
    e.explore();
    SearchState state = e.stopped().orElseThrow();
    Explorer random =
        new Explorer(
            ClassicPrograms.SB.ofSize(2),
            MACHINE,
            Bounds.EXHAUSTIVE.withSelection(Bounds.Selection.RANDOM));
    assertThrows(IllegalArgumentException.class, () -> random.from(state));
  }

  @Test
  void digest_tellsProgramsApart() {
    Explorer sb = new Explorer(ClassicPrograms.SB.ofSize(2), MACHINE, Bounds.EXHAUSTIVE);
    Explorer again = new Explorer(ClassicPrograms.SB.ofSize(2), MACHINE, Bounds.EXHAUSTIVE);
    Explorer other = new Explorer(ClassicPrograms.WRITERS.ofSize(2), MACHINE, Bounds.EXHAUSTIVE);
    assertEquals(sb.digest(), again.digest());
    assertTrue(sb.digest() != other.digest());
  }
}
