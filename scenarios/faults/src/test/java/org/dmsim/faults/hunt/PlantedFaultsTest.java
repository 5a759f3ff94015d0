package org.dmsim.faults.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.explore.Result;
import org.dmsim.faults.PlantedFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The explorer finds every planted fault, and so do random schedules; neither finds anything in its
 * sound twin.
 */
class PlantedFaultsTest {

  static List<PlantedFault> all() {
    return PlantedFaults.all();
  }

  @Test
  void thereAreEnough_andEachHasItsName() {
    assertTrue(all().size() >= 20);
    assertEquals(all().size(), all().stream().map(PlantedFault::name).distinct().count());
  }

  @ParameterizedTest
  @MethodSource("all")
  void isFoundByTheExplorer(PlantedFault fault) {
    Result r = FaultSearch.faulty(fault);
    assertEquals(Result.End.VIOLATION, r.end(), () -> fault + " survives " + r.explored());
  }

  @ParameterizedTest
  @MethodSource("all")
  void isInNoScheduleWhereItIsNot(PlantedFault fault) {
    Result r = FaultSearch.sound(fault);
    assertEquals(Result.End.EXHAUSTED, r.end(), r::toString);
  }

  @ParameterizedTest
  @MethodSource("all")
  void isFoundAtRandom(PlantedFault fault) {
    FaultHunt.Result r = FaultHunt.faulty(fault);
    assertTrue(r.isFound(), () -> fault + " survives " + r.runs() + " schedules");
  }

  @ParameterizedTest
  @MethodSource("all")
  void isNotSeenAtRandomWhereItIsNot(PlantedFault fault) {
    assertEquals("", FaultHunt.sound(fault).what());
  }
}
