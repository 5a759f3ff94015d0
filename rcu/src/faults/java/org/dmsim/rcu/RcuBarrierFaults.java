package org.dmsim.rcu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dmsim.faults.MemoryFault;
import org.dmsim.faults.SectionTrial;
import org.dmsim.faults.SectionTrial.Section;
import org.dmsim.machine.Access;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Sched;

/** RCU of both flavours with one of its barriers left out. */
public final class RcuBarrierFaults {

  private RcuBarrierFaults() {}

  /** Every one, and the whole algorithm with the same programs. */
  public static List<MemoryFault> all() {
    List<MemoryFault> all = new ArrayList<>();
    for (PreemptionModel model : List.of(PreemptionModel.FULL, PreemptionModel.NONE)) {
      String flavour = model == PreemptionModel.FULL ? "preemptible" : "not preemptible";
      all.add(
          new MemoryFault(
              "rcu/no-barrier-at-start/" + model,
              "RCU, " + flavour + ", whose grace period starts before all was stored before it",
              MemoryModel.TSO,
              model,
              m -> load(m, Section.READS_READS, NoBarrierAtStart::install)));
      all.add(
          new MemoryFault(
              "rcu/quiescent-without-barrier/" + model,
              "RCU, " + flavour + ", that is told of a reader's end before what the reader stored",
              MemoryModel.TSO,
              model,
              m -> load(m, Section.READS_WRITES, WithoutStores::install)));
      for (Section s : Section.values()) {
        all.add(
            new MemoryFault(
                "rcu/nothing/" + model + "/" + s.what().replace(", ", "-").replace(' ', '-'),
                "RCU, " + flavour + ", with all its barriers",
                MemoryModel.SC,
                model,
                m -> load(m, s, whole -> {})));
      }
    }
    return all;
  }

  private static void load(Machine m, Section section, Consumer<Machine> install) {
    SectionTrial.load(
        m,
        section,
        () -> {
          install.accept(m);
          return DOMAIN;
        });
  }

  private static final SectionTrial.Domain DOMAIN =
      new SectionTrial.Domain() {
        @Override
        public int enter() {
          Rcu.readLock();
          return 0;
        }

        @Override
        public void leave(int idx) {
          Rcu.readUnlock();
        }

        @Override
        public void gracePeriod() {
          Rcu.synchronize();
        }
      };

  private static final class NoBarrierAtStart extends RcuState {
    NoBarrierAtStart(Machine machine) {
      super(machine);
    }

    static void install(Machine m) {
      m.putPart(RcuState.KEY, () -> new NoBarrierAtStart(m));
    }

    @Override
    void pointAtStart() {
      Sched.pointWithoutOrder(this, Access.WRITE);
    }
  }

  private static final class WithoutStores extends RcuState {
    WithoutStores(Machine machine) {
      super(machine);
    }

    static void install(Machine m) {
      m.putPart(RcuState.KEY, () -> new WithoutStores(m));
    }

    @Override
    void seesStores(GracePeriod gp, Cpu cpu) {}
  }
}
