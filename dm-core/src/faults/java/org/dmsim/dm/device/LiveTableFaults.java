package org.dmsim.dm.device;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.ThreadProgram;
import org.dmsim.faults.ThreadTrial;
import org.dmsim.machine.PreemptionModel;

/** The faults that were put into the live table, for whoever looks for planted faults. */
public final class LiveTableFaults {

  private LiveTableFaults() {}

  /** Every one. */
  public static List<PlantedFault> all() {
    return Arrays.stream(LiveTableFault.values()).map(LiveTableFaults::of).toList();
  }

  private static PlantedFault of(LiveTableFault f) {
    ThreadProgram faulty = program(f::make, f.threads());
    ThreadProgram sound = faulty.with(LiveTableFault::sound);
    return new PlantedFault(
        PlantedFault.name("live-table", f),
        "A live table that " + f.what(),
        c -> c.withCpus(2).withPreemption(PreemptionModel.FULL),
        m -> LiveTableTrial.load(m, faulty),
        m -> LiveTableTrial.load(m, sound),
        faulty,
        sound);
  }

  /** What threads do with a device, of which disk, tables and targets are not what is checked. */
  static ThreadProgram program(Supplier<ThreadTrial> trial, String threads) {
    return ThreadProgram.of(trial, threads)
        .leavingWhole("org.dmsim.block.", "org.dmsim.dm.table.", "org.dmsim.dm.targets.");
  }
}
