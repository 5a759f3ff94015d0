package org.dmsim.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.report.DmsimFault;
import org.dmsim.schedules.Schedules;
import org.dmsim.schedules.Schedules.StickyWalk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random schedules find every planted fault, and nothing in its sound twin. */
class PlantedFaultsTest {

  private static final int RUNS = 400_000;
  private static final int SOUND_RUNS = 1_000;

  static List<PlantedFault> all() {
    return PlantedFaults.all();
  }

  @Test
  void thereAreEnough() {
    assertTrue(all().size() >= 20);
  }

  @ParameterizedTest
  @MethodSource("all")
  void isFound(PlantedFault fault) {
    int runs = runsToViolation(fault, true, RUNS);
    assertTrue(runs < RUNS, () -> fault + " survives " + RUNS + " schedules");
  }

  @ParameterizedTest
  @MethodSource("all")
  void isNotSeenWhereItIsNot(PlantedFault fault) {
    int runs = runsToViolation(fault, false, SOUND_RUNS);
    assertTrue(runs == SOUND_RUNS, () -> "the sound twin of " + fault + " fails in run " + runs);
  }

  private static int runsToViolation(PlantedFault fault, boolean faulty, int limit) {
    Configuration c = fault.configuration().apply(Schedules.configuration(PreemptionModel.FULL, 2));
    return Machine.withCarrier(
        nothing -> {
          for (int seed = 0; seed < limit; seed++) {
            Machine m = new Machine(c, new StickyWalk(seed));
            (faulty ? fault.faulty() : fault.sound()).accept(m);
            if (isWrong(m)) {
              return seed;
            }
          }
          return limit;
        });
  }

  private static boolean isWrong(Machine m) {
    try {
      Outcome o = m.run();
      return !o.isClean();
    } catch (DmsimFault f) {
      if (f.getCause() instanceof IllegalStateException) {
        return true;
      }
      throw f;
    }
  }
}
