package org.dmsim.faults.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.hunt.LincheckHunt.Way;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lincheck finds every planted fault that lives on real threads, and nothing in its sound twin. A
 * hang counts as a find only where the fault makes somebody wait for ever; the twin, which does the
 * same without the fault, shows that such a wait is not one that Lincheck merely thinks too long.
 */
class PlantedFaultsLincheckTest {

  /** A few of each part, found soon; all others are run with {@code -Pdeep}. */
  private static final Set<String> NEAR =
      Set.of("srcu/no-flip", "rcu/forgets-nesting", "live-table/sync-without-rcu");

  /** Whoever waits for the readers waits for ever, be it for one that has thrown. */
  private static final Set<String> HANGS =
      Set.of(
          "srcu/unlock-on-later-index",
          "srcu/lock-on-later-index",
          "srcu/lost-count",
          "srcu/no-turns",
          "live-table/frees-before-it-waits",
          "live-table/puts-on-wrong-index",
          "live-table/forgets-the-put",
          "live-table/puts-twice");

  private static Stream<PlantedFault> onThreads() {
    return PlantedFaults.all().stream().filter(f -> f.threads() != null);
  }

  static List<PlantedFault> near() {
    return onThreads().filter(f -> NEAR.contains(f.name())).toList();
  }

  static List<PlantedFault> far() {
    return onThreads().filter(f -> !NEAR.contains(f.name())).toList();
  }

  static List<PlantedFault> all() {
    return onThreads().toList();
  }

  @ParameterizedTest
  @MethodSource("near")
  void isFound(PlantedFault fault) {
    finds(fault);
  }

  @Tag("deep")
  @ParameterizedTest
  @MethodSource("far")
  void isFoundAfterALongSearch(PlantedFault fault) {
    finds(fault);
  }

  private static void finds(PlantedFault fault) {
    LincheckHunt.Result r = LincheckHunt.faulty(fault);
    boolean hangs = HANGS.contains(fault.name());
    assertTrue(r.way() == Way.RESULTS || r.way() == Way.HUNG && hangs, () -> fault + ": " + r);
  }

  @Tag("deep")
  @ParameterizedTest
  @MethodSource("all")
  void isNotSeenWhereItIsNot(PlantedFault fault) {
    LincheckHunt.Result r = LincheckHunt.sound(fault);
    assertEquals(Way.NOT, r.way(), r::report);
  }
}
