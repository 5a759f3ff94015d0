package org.dmsim.faults.hunt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.dmsim.dm.device.LiveTableFaults;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.ThreadProgram;
import org.dmsim.faults.ThreadTrial;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.rcu.RcuDomain;
import org.dmsim.rcu.RcuFault;
import org.dmsim.rcu.ThreadRcuFault;
import org.dmsim.srcu.SrcuFault;
import org.dmsim.srcu.SrcuStruct;

/** The faults that were put in on purpose. */
public final class PlantedFaults {

  private PlantedFaults() {}

  /** Every fault, part by part: of SRCU, of RCU, of a mapped device's live table. */
  public static List<PlantedFault> all() {
    List<PlantedFault> all = new ArrayList<>();
    for (SrcuFault f : SrcuFault.values()) {
      all.add(of(f));
    }
    for (RcuFault f : RcuFault.values()) {
      all.add(of(f));
    }
    all.addAll(LiveTableFaults.all());
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
    PlantedFault fault =
        machine(
            PlantedFault.name("srcu", f),
            "SRCU that " + f.what(),
            c -> c.withCpus(2).withPreemption(PreemptionModel.FULL).withMemory(f.memory()),
            m -> SrcuTrial.load(m, () -> f.domain("domain"), cast),
            m -> SrcuTrial.load(m, () -> SrcuFault.sound("domain"), cast));
    return switch (f) {
      // What one thread writes all others see at once, as far as Lincheck's model checker goes.
      case NO_BARRIER -> fault;
      case CALLBACK_TOO_EARLY -> srcu(fault, f, SrcuTrial::withCallback, "read | replace");
      case ONE_SCAN -> srcu(fault, f, SrcuTrial::new, "read | replace replace");
      case LOCKS_SUMMED_FIRST, LOST_COUNT ->
          srcu(fault, f, SrcuTrial::new, "read | read | replace");
      case NO_TURNS, SHARES_THE_RUNNING_ONE ->
          srcu(fault, f, SrcuTrial::new, "read | replace | replace");
      default -> srcu(fault, f, SrcuTrial::new, "read | replace");
    };
  }

  private static PlantedFault srcu(
      PlantedFault fault, SrcuFault f, Function<SrcuStruct, ThreadTrial> trial, String threads) {
    return onThreads(
        fault,
        () -> trial.apply(f.domain("domain")),
        () -> trial.apply(SrcuFault.sound("domain")),
        threads);
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
    PlantedFault fault =
        machine(
            PlantedFault.name("rcu", f),
            "RCU that " + f.what(),
            c -> configuration.apply(c).withPreemption(f.preemption()),
            m -> RcuTrial.load(m, f::install, cast),
            m -> RcuTrial.load(m, sound -> {}, cast));
    // RCU of a machine and of real threads are two algorithms; these faults can be made in both.
    return switch (f) {
      case FORGETS_NESTING ->
          rcu(fault, ThreadRcuFault.FORGETS_NESTING, ThreadRcuTrial::new, "read | replace");
      case FIRST_CPU_ENDS_IT ->
          rcu(
              fault,
              ThreadRcuFault.FIRST_THREAD_ENDS_IT,
              ThreadRcuTrial::new,
              "read | read | replace");
      case CALLBACK_AT_ONCE ->
          rcu(
              fault,
              ThreadRcuFault.CALLBACK_AT_ONCE,
              ThreadRcuTrial::withCallback,
              "read | replace");
      case BARRIER_WAITS_FOR_NOBODY ->
          rcu(
              fault,
              ThreadRcuFault.BARRIER_WAITS_FOR_NOBODY,
              ThreadRcuTrial::withCallback,
              "read | replace");
      default -> fault;
    };
  }

  private static PlantedFault rcu(
      PlantedFault fault,
      ThreadRcuFault f,
      Function<RcuDomain, ThreadTrial> trial,
      String threads) {
    return onThreads(
        fault, () -> trial.apply(f.domain()), () -> trial.apply(new RcuDomain()), threads);
  }

  private static PlantedFault machine(
      String name,
      String what,
      UnaryOperator<Configuration> configuration,
      Consumer<Machine> faulty,
      Consumer<Machine> sound) {
    return new PlantedFault(name, what, configuration, faulty, sound, null, null);
  }

  private static PlantedFault onThreads(
      PlantedFault fault,
      Supplier<ThreadTrial> faulty,
      Supplier<ThreadTrial> sound,
      String threads) {
    ThreadProgram program = ThreadProgram.of(faulty, threads);
    return fault.onThreads(program, program.with(sound));
  }
}
