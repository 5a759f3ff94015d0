package org.dmsim.dm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.dmsim.dm.table.DmTable;
import org.dmsim.faults.LincheckHunt;
import org.dmsim.faults.LincheckHunt.Way;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.ThreadProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A mapped device's live table on real threads: get, lookup of a sector, put, swap, sync and
 * destroy. The claim is linearizability: a reader finds the targets of the table that is live at
 * one moment, a swap returns the one before. No reader ever sees a table that is destroyed, and
 * none is destroyed twice: both would be thrown. Every old table is destroyed, because the swap
 * does it.
 */
class LiveTableLincheckTest {

  private static final Set<String> NEAR = Set.of("live-table/sync-without-rcu");

  /** Whoever waits for the readers waits for ever, be it for one that has thrown. */
  private static final Set<String> HANGS =
      Set.of(
          "live-table/frees-before-it-waits",
          "live-table/puts-on-wrong-index",
          "live-table/forgets-the-put",
          "live-table/puts-twice");

  static List<PlantedFault> all() {
    return new LiveTableFaults().all();
  }

  static List<PlantedFault> near() {
    return all().stream().filter(f -> NEAR.contains(f.name())).toList();
  }

  static List<PlantedFault> far() {
    return all().stream().filter(f -> !NEAR.contains(f.name())).toList();
  }

  @ParameterizedTest
  @MethodSource("near")
  void fault_isFound(PlantedFault fault) {
    finds(fault);
  }

  @Tag("deep")
  @ParameterizedTest
  @MethodSource("far")
  void fault_isFoundAfterALongSearch(PlantedFault fault) {
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
  void nothingIsFoundWhereItIsNot(PlantedFault fault) {
    isSound(LincheckHunt.sound(fault));
  }

  private static ThreadProgram program(String threads) {
    return LiveTableFaults.program(LiveTableFault::sound, threads);
  }

  @Test
  void lookupAgainstSwap_modelChecked() {
    isSound(LincheckHunt.hunt(program("read | readFast | replace"), 50));
  }

  @Tag("deep")
  @Test
  void lookupAgainstSwaps_modelCheckedForLong() {
    isSound(LincheckHunt.hunt(program("read readFast | replace replace"), 2_000));
    isSound(LincheckHunt.hunt(program("readFast read | replace | replace"), 2_000));
  }

  @Test
  void lookupAgainstSwaps_underStress() {
    isSound(LincheckHunt.stress(program("read readFast read | replace replace | readFast"), 500));
  }

  @Tag("deep")
  @Test
  void lookupAgainstSwaps_underStressForLong() {
    isSound(LincheckHunt.stress(program("read readFast read | replace | replace"), 20_000));
  }

  /** The only replacement takes the table out for good; a reader that finds none says 1. */
  private static final class Ending extends LiveTableTrial {
    Ending() {
      super(core(), LiveTableLookup.RCU_IF_NOWAIT);
    }

    @Override
    int use(DmTable t) {
      return t == null ? 1 : super.use(t);
    }

    @Override
    DmTable swap(DmTable fresh) {
      fresh.destroy();
      return TableSwap.unbind(md);
    }
  }

  @Test
  void lookupAgainstDestroy_modelChecked() {
    ThreadProgram p = LiveTableFaults.program(Ending::new, "read | readFast | replace");
    isSound(LincheckHunt.hunt(p, 50));
  }

  private static void isSound(LincheckHunt.Result r) {
    assertEquals(Way.NOT, r.way(), r::report);
  }
}
