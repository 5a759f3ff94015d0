package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dmsim.locking.Mutex;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.strategy.Replay;
import org.dmsim.strategy.Schedule;
import org.junit.jupiter.api.Test;

class ExplorerTest {

  private static final Configuration MACHINE = Configuration.standard().withChecks(false);

  /** Two tasks that take two locks; in the fixed twin both in the same order. */
  private static Program twoLocks(boolean fixed) {
    return m -> {
      Mutex[] locks = new Mutex[2];
      m.boot(
          () -> {
            locks[0] = new Mutex("&first");
            locks[1] = new Mutex("&second");
          });
      m.spawn("up", () -> both(locks[0], locks[1]));
      m.spawn("down", () -> both(locks[fixed ? 0 : 1], locks[fixed ? 1 : 0]));
    };
  }

  private static void both(Mutex outer, Mutex inner) {
    outer.lock();
    inner.lock();
    inner.unlock();
    outer.unlock();
  }

  /** A claim that one order of steps breaks. */
  private static void lostUpdate(Machine m) {
    SharedInt[] x = new SharedInt[1];
    m.boot(() -> x[0] = new SharedInt("x", 0));
    for (int i = 0; i < 2; i++) {
      m.spawn("adder" + i, () -> x[0].writeOnce(x[0].readOnce() + 1));
    }
    m.atEnd(
        () -> {
          if (x[0].peek() != 2) {
            m.report(
                new Report(
                    Check.ASSERTION,
                    "LOST: x is " + x[0].peek(),
                    java.util.List.of("LOST: x is " + x[0].peek()),
                    m.step(),
                    Report.Counts.NONE));
          }
        });
  }

  @Test
  void deadlock_isFoundAndNamesWaitsAndHolders() {
    Result r = new Explorer(twoLocks(false), MACHINE, Bounds.EXHAUSTIVE).explore();
    assertEquals(Result.End.VIOLATION, r.end());
    Report report = r.finding().orElseThrow().reports().getFirst();
    assertEquals(Check.STUCK, report.check());
    assertTrue(report.text().contains("waits for mutex &second, held by down"), report.text());
    assertTrue(report.text().contains("waits for mutex &first, held by up"), report.text());
  }

  @Test
  void fixedTwin_isExhausted() {
    Result r = new Explorer(twoLocks(true), MACHINE, Bounds.EXHAUSTIVE).explore();
    assertEquals(Result.End.EXHAUSTED, r.end());
    assertEquals(2, r.explored());
  }

  @Test
  void finding_replaysToTheSameReports() {
    Explorer explorer = new Explorer(ExplorerTest::lostUpdate, MACHINE, Bounds.EXHAUSTIVE);
    Finding found = explorer.explore().finding().orElseThrow();
    Finding again = explorer.replay(Schedule.parse(found.schedule().toString()));
    assertEquals(found.outcome(), again.outcome());
    assertEquals(found.columns(), again.columns());
    assertEquals(found.schedule(), again.schedule());
  }

  @Test
  void finding_isShownInColumnsWithFewSwitches() {
    Explorer explorer = new Explorer(ExplorerTest::lostUpdate, MACHINE, Bounds.EXHAUSTIVE);
    Finding found = explorer.explore().finding().orElseThrow();
    assertTrue(found.columns().getFirst().contains("adder0"), found.columns().toString());
    assertEquals(1, found.schedule().deviations().size());
  }

  @Test
  void replayOfAnotherProgram_saysStepExpectedAndGot() {
    Explorer explorer = new Explorer(ExplorerTest::lostUpdate, MACHINE, Bounds.EXHAUSTIVE);
    Replay.Diverged e =
        assertThrows(
            Replay.Diverged.class, () -> explorer.replay(Schedule.parse("v1:3.9:1vskvg3b9quv9")));
    assertEquals(
        "the replay diverged at step 3: expected task number 9, got only 4 tasks", e.getMessage());
  }

  @Test
  void programThatIsNotDeterministic_isBroken() {
    int[] runs = new int[1];
    Program program =
        m -> {
          SharedInt[] x = new SharedInt[2];
          m.boot(
              () -> {
                x[0] = new SharedInt("x", 0);
                x[1] = new SharedInt("y", 0);
              });
          int run = runs[0]++;
          m.spawn("one", () -> x[run % 2].writeOnce(1));
          m.spawn("two", () -> x[0].writeOnce(2));
          m.spawn("three", () -> x[0].writeOnce(3));
        };
    Result r = new Explorer(program, MACHINE.withCpus(3), Bounds.EXHAUSTIVE).explore();
    assertEquals(Result.End.BROKEN, r.end());
    assertTrue(
        r.divergence().orElseThrow().toString().contains("expected one to touch"),
        r.divergence().toString());
  }

  @Test
  void bounds_areNamedAndDoNotPassAsExhausted() {
    Program writers = ClassicPrograms.WRITERS.ofSize(4);
    Configuration c = MACHINE.withCpus(4);
    Result few = new Explorer(writers, c, Bounds.EXHAUSTIVE.withMaxSchedules(5)).explore();
    assertEquals(Result.End.BOUND_REACHED, few.end());
    assertEquals("max-schedules=5", few.bound());
    assertEquals(5, few.explored());
    Program adders = ClassicPrograms.INCREMENTS.ofSize(2);
    Result bounded = new Explorer(adders, c, Bounds.EXHAUSTIVE.withPreemptions(0)).explore();
    assertEquals(Result.End.BOUND_REACHED, bounded.end());
    assertEquals("preemptions<=0", bounded.bound());
    Result sampled =
        new Explorer(
                writers,
                c,
                Bounds.EXHAUSTIVE.withSelection(Bounds.Selection.PCT).withMaxSchedules(20))
            .explore();
    assertEquals(Result.End.BOUND_REACHED, sampled.end());
  }

  @Test
  void randomAndPct_findWhatTheSearchFinds() {
    for (Bounds.Selection kind :
        new Bounds.Selection[] {Bounds.Selection.RANDOM, Bounds.Selection.PCT}) {
      Result r =
          new Explorer(ExplorerTest::lostUpdate, MACHINE, Bounds.EXHAUSTIVE.withSelection(kind))
              .explore();
      assertEquals(Result.End.VIOLATION, r.end(), kind.toString());
    }
  }

  @Test
  void sameSearchTwice_isTheSame() {
    Explorer explorer = new Explorer(twoLocks(false), MACHINE, Bounds.EXHAUSTIVE);
    assertEquals(explorer.explore(), explorer.explore());
  }

  @Test
  void runThatIsCutOff_isNeitherAFindingNorAProof() {
    Program endless =
        m -> {
          SharedInt[] x = new SharedInt[1];
          m.boot(() -> x[0] = new SharedInt("x", 0));
          m.spawn(
              "counter",
              () -> {
                while (x[0].addReturn(1) != 0) {
                  Thread.onSpinWait();
                }
              });
        };
    Configuration c = Configuration.standard().withMaxSteps(200);
    Result r = new Explorer(endless, c, Bounds.EXHAUSTIVE).explore();
    assertEquals(Result.End.BOUND_REACHED, r.end());
    assertEquals("steps<=200", r.bound());
  }
}
