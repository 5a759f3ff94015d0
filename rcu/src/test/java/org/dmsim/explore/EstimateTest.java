package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dmsim.locking.Mutex;
import org.dmsim.machine.Configuration;
import org.dmsim.memory.SharedInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A guess before a search is near what the search then counts. */
class EstimateTest {

  private static Explorer explorer(ClassicPrograms program, int size, Bounds bounds) {
    Configuration c = Configuration.standard().withChecks(false).withCpus(size + 1);
    return new Explorer(program.ofSize(size), c, bounds);
  }

  @ParameterizedTest
  @CsvSource({
    "WRITERS,9,1.1",
    "READERS,13,1.3",
    "READERS,20,1.5",
    "INCREMENTS,5,1.5",
    "LASTZERO,10,2.5",
    "LASTZERO,15,5"
  })
  void guess_isNearTheCount(ClassicPrograms program, int size, double times) {
    double guess = explorer(program, size, Bounds.EXHAUSTIVE).estimate();
    long count = program.schedules(size);
    assertTrue(guess > count / times && guess < count * times, guess + " for " + count);
  }

  @ParameterizedTest
  @CsvSource({"WRITERS,5", "READERS,8", "INCREMENTS,4", "LASTZERO,5", "SB,2"})
  void guess_ofASmallSearch_isItsCount(ClassicPrograms program, int size) {
    assertEquals(program.schedules(size), explorer(program, size, Bounds.EXHAUSTIVE).estimate());
  }

  /** Locks order most steps, and a step that gives one back is in no race. */
  @Test
  void guess_ofTasksWithALock_isNearTheCount() {
    Program p =
        m -> {
          Mutex[] lock = new Mutex[1];
          SharedInt[] x = new SharedInt[1];
          m.boot(
              () -> {
                lock[0] = new Mutex("&lock");
                x[0] = new SharedInt("x", 0);
              });
          for (int i = 0; i < 7; i++) {
            m.spawnKthread(
                "task" + i,
                () -> {
                  lock[0].lock();
                  x[0].writeOnce(x[0].readOnce() + 1);
                  lock[0].unlock();
                });
          }
        };
    Configuration c = Configuration.standard().withChecks(false).withCpus(8);
    double guess = new Explorer(p, c, Bounds.EXHAUSTIVE).estimate();
    assertTrue(guess > 5040 / 1.5 && guess < 5040 * 1.5, guess + " for 7!");
  }

  @Test
  void guess_ofABoundedSearch_isNearItsCount() {
    Bounds bounds = Bounds.EXHAUSTIVE.withPreemptions(1);
    double guess = explorer(ClassicPrograms.INCREMENTS, 3, bounds).estimate();
    long count = explorer(ClassicPrograms.INCREMENTS, 3, bounds).explore().explored();
    assertTrue(guess > count / 1.5 && guess < count * 1.5, guess + " for " + count);
  }

  @Test
  void guess_ofASearchThatSoonFindsSomething_isTheRunThatShowsIt() {
    Program p =
        m -> {
          Mutex[] locks = new Mutex[2];
          m.boot(
              () -> {
                locks[0] = new Mutex("&first");
                locks[1] = new Mutex("&second");
              });
          for (int i = 0; i < 2; i++) {
            int own = i;
            m.spawn(
                "task" + i,
                () -> {
                  locks[own].lock();
                  locks[1 - own].lock();
                });
          }
        };
    Explorer e = new Explorer(p, Configuration.standard().withChecks(false), Bounds.EXHAUSTIVE);
    double guess = e.lookingFor("blocked for ever").estimate();
    Result r = e.explore();
    assertEquals(Result.End.VIOLATION, r.end());
    assertEquals(r.explored(), guess);
  }

  @Test
  void guess_isTheSameEachTime_andOfSeedsTheirNumber() {
    assertEquals(
        explorer(ClassicPrograms.LASTZERO, 9, Bounds.EXHAUSTIVE).estimate(),
        explorer(ClassicPrograms.LASTZERO, 9, Bounds.EXHAUSTIVE).estimate());
    Bounds seeds = Bounds.EXHAUSTIVE.withSelection(Bounds.Selection.PCT).withMaxSchedules(77);
    assertEquals(77, explorer(ClassicPrograms.SB, 2, seeds).estimate());
  }
}
