package org.dmsim.dm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.dmsim.dm.table.DmTable;
import org.dmsim.faults.ThreadProgram;
import org.dmsim.faults.hunt.LincheckHunt;
import org.dmsim.faults.hunt.LincheckHunt.Way;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A mapped device's live table on real threads: get, lookup of a sector, put, swap, sync and
 * destroy. The claim is linearizability: a reader finds the targets of the table that is live at
 * one moment, a swap returns the one before. No reader ever sees a table that is destroyed, and
 * none is destroyed twice: both would be thrown. Every old table is destroyed, because the swap
 * does it.
 */
class LiveTableLincheckTest {

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
