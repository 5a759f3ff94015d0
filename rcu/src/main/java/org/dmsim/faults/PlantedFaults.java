package org.dmsim.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.rcu.RcuFault;
import org.dmsim.srcu.SrcuFault;

/** The faults that were put in on purpose. */
public final class PlantedFaults {

  private PlantedFaults() {}

  /** Every fault, part by part. */
  public static List<PlantedFault> all() {
    List<PlantedFault> all = new ArrayList<>();
    for (SrcuFault f : SrcuFault.values()) {
      all.add(of(f));
    }
    for (RcuFault f : RcuFault.values()) {
      all.add(of(f));
    }
    for (BracketFault f : BracketFault.values()) {
      all.add(of(f));
    }
    return all;
  }

  private static PlantedFault of(SrcuFault f) {
    SrcuTrial.Cast cast =
        switch (f) {
          case ONE_SCAN -> new SrcuTrial.Cast(1, 1, 2, false);
          case LOCKS_SUMMED_FIRST, LOST_COUNT -> new SrcuTrial.Cast(2, 1, 1, false);
          case NO_TURNS, SHARES_THE_RUNNING_ONE -> new SrcuTrial.Cast(1, 2, 1, false);
          case CALLBACK_TOO_EARLY -> new SrcuTrial.Cast(1, 1, 1, true);
          default -> new SrcuTrial.Cast(1, 1, 1, false);
        };
    return new PlantedFault(
        name("srcu", f),
        "SRCU that " + f.what(),
        c -> c.withCpus(2).withPreemption(PreemptionModel.FULL),
        m -> SrcuTrial.load(m, () -> f.domain("domain"), cast),
        m -> SrcuTrial.load(m, () -> SrcuFault.sound("domain"), cast),
        cast.callback() ? null : () -> new SrcuTrial(f.domain("domain")));
  }

  private static PlantedFault of(RcuFault f) {
    boolean callback = f == RcuFault.CALLBACK_AT_ONCE || f == RcuFault.BARRIER_WAITS_FOR_NOBODY;
    RcuTrial.Cast cast =
        new RcuTrial.Cast(f == RcuFault.ONE_READER_REPORTS_FOR_ALL ? 2 : 1, callback);
    UnaryOperator<Configuration> configuration =
        switch (f) {
          case SLEEPER_IS_QUIESCENT, FORGETS_BLOCKED_READERS -> c -> c.withCpus(1);
          case ONE_READER_REPORTS_FOR_ALL -> c -> c.withCpus(3);
          default -> c -> c.withCpus(2);
        };
    return new PlantedFault(
        name("rcu", f),
        "RCU that " + f.what(),
        c -> configuration.apply(c).withPreemption(f.preemption()),
        m -> RcuTrial.load(m, f::install, cast),
        m -> RcuTrial.load(m, sound -> {}, cast),
        null);
  }

  private static PlantedFault of(BracketFault f) {
    return new PlantedFault(
        name("live-table", f),
        "A live table that " + f.what(),
        c -> c.withCpus(2).withPreemption(PreemptionModel.FULL),
        m -> BracketFault.load(m, f::make),
        m -> BracketFault.load(m, Bracket::new),
        f::make);
  }

  private static String name(String part, Enum<?> f) {
    return part + "/" + f.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
