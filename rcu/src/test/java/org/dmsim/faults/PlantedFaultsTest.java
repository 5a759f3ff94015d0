package org.dmsim.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random schedules find every planted fault, and nothing in its sound twin. */
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
  void isFound(PlantedFault fault) {
    FaultHunt.Result r = FaultHunt.faulty(fault);
    assertTrue(r.isFound(), () -> fault + " survives " + r.runs() + " schedules");
  }

  @ParameterizedTest
  @MethodSource("all")
  void isNotSeenWhereItIsNot(PlantedFault fault) {
    assertEquals("", FaultHunt.sound(fault).what());
  }
}
