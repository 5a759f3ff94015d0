package org.dmsim.dm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.explore.Result;
import org.dmsim.explore.Result.Ending;
import org.dmsim.faults.FaultHunt;
import org.dmsim.faults.FaultSearch;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.PlantedFaults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The explorer finds every fault of the live table, and so do random schedules. */
class LiveTableFaultsTest {

  static List<PlantedFault> all() {
    return new LiveTableFaults().all();
  }

  @Test
  void whoeverLooksForPlantedFaults_findsThem() {
    List<String> names = PlantedFaults.all().stream().map(PlantedFault::name).toList();
    assertTrue(names.containsAll(all().stream().map(PlantedFault::name).toList()));
    assertTrue(names.contains("srcu/one-scan"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void isFoundByTheExplorer(PlantedFault fault) {
    Result r = FaultSearch.faulty(fault);
    assertEquals(Ending.VIOLATION, r.ending(), () -> fault + " survives " + r.explored());
  }

  @ParameterizedTest
  @MethodSource("all")
  void isInNoScheduleWhereItIsNot(PlantedFault fault) {
    Result r = FaultSearch.sound(fault);
    assertEquals(Ending.EXHAUSTED, r.ending(), r::toString);
  }

  @ParameterizedTest
  @MethodSource("all")
  void isFoundAtRandom(PlantedFault fault) {
    FaultHunt.Result r = FaultHunt.faulty(fault);
    assertTrue(r.isFound(), () -> fault + " survives " + r.runs() + " schedules");
    assertEquals("", FaultHunt.sound(fault).what());
  }
}
