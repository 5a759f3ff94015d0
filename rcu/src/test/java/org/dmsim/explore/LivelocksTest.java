package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Access;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes on for ever is found as a livelock, and nothing else is. */
class LivelocksTest {

  private static final Configuration MACHINE =
      Configuration.standard().withPositions(false).withChecks(false).withMaxSteps(300);

  private static final Bounds FEW = Bounds.EXHAUSTIVE.withMaxSchedules(30);

  private interface Body {
    void run(SharedInt x, SharedInt y);
  }

  private static Program program(Body... tasks) {
    return m -> {
      SharedInt[] cells = new SharedInt[2];
      m.boot(
          () -> {
            cells[0] = new SharedInt("x", 0);
            cells[1] = new SharedInt("y", 0);
          });
      for (int i = 0; i < tasks.length; i++) {
        Body b = tasks[i];
        m.spawnKthread("task" + i, () -> b.run(cells[0], cells[1]));
      }
    };
  }

  private static void spinUntilSet(SharedInt x, SharedInt y) {
    while (x.readOnce() == 0) {
      Thread.onSpinWait();
    }
  }

  private static void backOff(Machine m) {
    Mutex[] locks = new Mutex[2];
    m.boot(
        () -> {
          locks[0] = new Mutex("&a");
          locks[1] = new Mutex("&b");
        });
    for (int i = 0; i < 2; i++) {
      Mutex one = locks[i];
      Mutex other = locks[1 - i];
      m.spawn(
          "task" + i,
          () -> {
            one.lock();
            while (!other.tryLock()) {
              one.unlock();
              one.lock();
            }
            other.unlock();
            one.unlock();
          });
    }
  }

  private static Report livelock(Program program, Bounds bounds) {
    Result r = new Explorer(program, MACHINE, bounds).explore();
    assertEquals(Result.End.VIOLATION, r.end(), r::toString);
    Report report = r.finding().orElseThrow().reports().getFirst();
    assertEquals(Check.LIVELOCK, report.check());
    return report;
  }

  @ParameterizedTest
  @EnumSource(
      value = Bounds.Selection.class,
      names = {"EXHAUSTIVE", "PCT"})
  void backOffInStep_isALivelock_andReplays(Bounds.Selection kind) {
    Bounds bounds = Bounds.EXHAUSTIVE.withSelection(kind);
    Explorer e = new Explorer(LivelocksTest::backOff, MACHINE, bounds);
    Finding f = e.explore().finding().orElseThrow();
    assertEquals("LIVELOCK: task0 and task1 make the same steps for ever", f.headline());
    assertEquals(6, f.cycle().length());
    assertTrue(f.columns().stream().anyMatch(l -> l.contains("<- LIVELOCK")));
    Finding again = e.replay(f.schedule(), f.cycle());
    assertEquals(f.reports(), again.reports());
    assertEquals(f.columns(), again.columns());
  }

  @Test
  void flagThatNobodySets_isALivelockOfOne() {
    Report r = livelock(program(LivelocksTest::spinUntilSet, (x, y) -> y.writeOnce(1)), FEW);
    assertEquals("LIVELOCK: task0 makes the same steps for ever", r.headline());
    assertTrue(r.text().contains("task0: reads x = 0"), r.text());
  }

  @Test
  void tasksThatPollEachOther_areOneLivelock() {
    Report r =
        livelock(
            program(
                LivelocksTest::spinUntilSet,
                (x, y) -> {
                  while (y.readOnce() == 0) {
                    x.writeOnce(0);
                  }
                }),
            FEW);
    assertEquals("LIVELOCK: task0 and task1 make the same steps for ever", r.headline());
  }

  /** So many runs are cut off while a task could end the loop, before nobody can. */
  private static final int HARMLESS = 60;

  static Stream<Arguments> lateLivelocks() {
    return Stream.of(
        Arguments.of(
            "in another loop",
            program(
                (x, y) -> {
                  int way = Task.current().machine().chooseInt(HARMLESS + 1);
                  spinUntilSet(way < HARMLESS ? x : y, y);
                },
                (x, y) -> x.writeOnce(1))),
        Arguments.of(
            "in the same loop",
            program(
                (x, y) -> {
                  y.writeOnce(Task.current().machine().chooseInt(HARMLESS + 1));
                  spinUntilSet(x, y);
                },
                (x, y) -> x.writeOnce(y.readOnce() < HARMLESS ? 1 : 0))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lateLivelocks")
  void livelockAfterManyHarmlessCutOffs_isFound(String where, Program program) {
    Explorer e = new Explorer(program, MACHINE, Bounds.EXHAUSTIVE.withMaxSchedules(1_000));
    Result r = e.explore();
    assertEquals(Result.End.VIOLATION, r.end(), r::toString);
    assertTrue(r.explored() > HARMLESS, () -> "found in run " + r.explored());
    Finding f = r.finding().orElseThrow();
    assertEquals("LIVELOCK: task0 makes the same steps for ever", f.headline());
    Finding again = e.replay(f.schedule(), f.cycle());
    assertEquals(f.reports(), again.reports());
    assertEquals(f.columns(), again.columns());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lateLivelocks")
  void livelockAfterManyHarmlessCutOffs_isTheSameInPieces(String where, Program program) {
    for (Bounds.Selection kind : Bounds.Selection.values()) {
      Bounds bounds = Bounds.EXHAUSTIVE.withSelection(kind).withMaxSchedules(1_000);
      Result whole = new Explorer(program, MACHINE, bounds).withJobs(1).explore();
      assertEquals(whole, new Explorer(program, MACHINE, bounds).withJobs(3).explore());
      for (int runs : new int[] {1, 7, 50}) {
        Explorer e = new Explorer(program, MACHINE, bounds.withMaxSchedules(runs));
        Result pieces = e.explore();
        for (int i = 0; i < 1_000 && e.stopped().isPresent() && notEnough(whole, pieces); i++) {
          SearchState state = e.stopped().get();
          e = new Explorer(program, MACHINE, bounds.withMaxSchedules(runs)).from(state);
          pieces = e.explore();
        }
        assertEquals(whole.explored(), pieces.explored(), () -> kind + " " + runs);
        assertEquals(whole.finding(), pieces.finding(), () -> kind + " " + runs);
      }
    }
  }

  private static boolean notEnough(Result whole, Result pieces) {
    return pieces.explored() < whole.explored();
  }

  static Stream<Arguments> programsThatAreNone() {
    return Stream.of(
        Arguments.of(
            "another task sets it", program(LivelocksTest::spinUntilSet, (x, y) -> x.writeOnce(1))),
        Arguments.of(
            "another task sets it in the end",
            program(
                LivelocksTest::spinUntilSet,
                (x, y) -> {
                  for (int i = 0; i < 200; i++) {
                    y.writeOnce(7);
                  }
                  x.writeOnce(1);
                })),
        Arguments.of(
            "it counts",
            program(
                (x, y) -> {
                  while (x.addReturn(1) < 1_000_000) {
                    Thread.onSpinWait();
                  }
                })),
        Arguments.of(
            "it changes what tells no value",
            program(
                (x, y) -> {
                  while (x.readOnce() == 0) {
                    Sched.point(y, Access.WRITE);
                  }
                })),
        Arguments.of(
            "it tries a thousand times",
            program(
                (x, y) -> {
                  for (int i = 0; i < 1_000 && x.readOnce() == 0; i++) {
                    y.readOnce();
                  }
                })),
        Arguments.of(
            "chance ends it",
            program(
                (x, y) -> {
                  while (Task.current().machine().chooseInt(2) == 0) {
                    x.readOnce();
                  }
                })),
        Arguments.of(
            "time ends it",
            program(
                (x, y) -> {
                  Machine m = Task.current().machine();
                  while (m.now() < 1_000_000_000L) {
                    x.readOnce();
                    m.spend(10);
                  }
                })));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("programsThatAreNone")
  void loopThatEnds_isNone(String why, Program program) {
    Result r = new Explorer(program, MACHINE, FEW).explore();
    assertEquals(Result.End.BOUND_REACHED, r.end(), () -> why + ": " + r);
  }

  /** A modelled spin needs no such guess: the machine knows that nobody is left to end it. */
  @Test
  void modelledSpin_thatNobodyCanEnd_isStuckAndSaysThatItSpins() {
    Program p =
        program(
            (x, y) ->
                Sched.spin(
                    x,
                    Access.READ,
                    new org.dmsim.machine.Blocker() {
                      @Override
                      public boolean ready() {
                        return x.peek() != 0;
                      }

                      @Override
                      public String waitsFor() {
                        return "x to be set";
                      }
                    }));
    Result r = new Explorer(p, MACHINE, FEW).explore();
    Report report = r.finding().orElseThrow().reports().getFirst();
    assertEquals(Check.STUCK, report.check());
    assertEquals("INFO: task task0:55 spins for ever", report.headline());
    assertTrue(report.text().contains("spins on x to be set, since step 1"), report.text());
  }
}
