package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dmsim.machine.Configuration;
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
    "WRITERS,5",
    "WRITERS,9",
    "READERS,8",
    "READERS,13",
    "INCREMENTS,3",
    "INCREMENTS,4",
    "LASTZERO,5",
    "LASTZERO,10",
    "LASTZERO,15",
    "SB,2"
  })
  void guess_isNearTheCount(ClassicPrograms program, int size) {
    double guess = explorer(program, size, Bounds.EXHAUSTIVE).estimate();
    long count = program.schedules(size);
    assertTrue(guess > count / 2.5 && guess < count * 2.5, guess + " for " + count);
  }

  @Test
  void guess_ofABoundedSearch_isNearItsCount() {
    Bounds bounds = Bounds.EXHAUSTIVE.withPreemptions(1);
    double guess = explorer(ClassicPrograms.INCREMENTS, 3, bounds).estimate();
    long count = explorer(ClassicPrograms.INCREMENTS, 3, bounds).explore().explored();
    assertTrue(guess > count / 1.5 && guess < count * 1.5, guess + " for " + count);
  }

  @Test
  void guess_isTheSameEachTime_andOfSeedsTheirNumber() {
    assertEquals(
        explorer(ClassicPrograms.LASTZERO, 9, Bounds.EXHAUSTIVE).estimate(),
        explorer(ClassicPrograms.LASTZERO, 9, Bounds.EXHAUSTIVE).estimate());
    Bounds seeds = Bounds.EXHAUSTIVE.withKind(Bounds.Kind.PCT).withMaxSchedules(77);
    assertEquals(77, explorer(ClassicPrograms.SB, 2, seeds).estimate());
  }
}
