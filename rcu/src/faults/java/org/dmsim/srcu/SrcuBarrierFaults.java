package org.dmsim.srcu;

import static org.dmsim.faults.SectionTrial.Section.READS_READS;
import static org.dmsim.faults.SectionTrial.Section.READS_READS_BACKWARDS;
import static org.dmsim.faults.SectionTrial.Section.READS_WRITES;
import static org.dmsim.faults.SectionTrial.Section.WRITES_READS;
import static org.dmsim.faults.SectionTrial.Section.WRITES_WRITES;
import static org.dmsim.srcu.SrcuBarrier.A;
import static org.dmsim.srcu.SrcuBarrier.B;
import static org.dmsim.srcu.SrcuBarrier.C;
import static org.dmsim.srcu.SrcuBarrier.D;
import static org.dmsim.srcu.SrcuBarrier.E;
import static org.dmsim.srcu.SrcuBarrier.F;
import static org.dmsim.srcu.SrcuBarrier.S;

import java.util.List;
import org.dmsim.faults.MemoryFault;
import org.dmsim.faults.SectionTrial;
import org.dmsim.faults.SectionTrial.Section;
import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.PreemptionModel;

/** The algorithm, every counter a step of its own, with some of its barriers left out. */
public final class SrcuBarrierFaults {

  private SrcuBarrierFaults() {}

  /** Barriers that are left out together, the empty set first. */
  public static List<List<SrcuBarrier>> sets() {
    return List.of(
        List.of(),
        List.of(B),
        List.of(C),
        List.of(S),
        List.of(A),
        List.of(E),
        List.of(D),
        List.of(F),
        List.of(D, S),
        List.of(E, F),
        List.of(S, E, D),
        List.of(S, E, D, F),
        List.of(A, F),
        List.of(S, A, E, D),
        List.of(S, A, E, D, F));
  }

  /** The fault of leaving them out, as a section of a kind shows it. */
  public static MemoryFault fault(List<SrcuBarrier> leftOut, Section section) {
    return new MemoryFault(
        "srcu/" + name(leftOut) + "/" + section.what().replace(", ", "-").replace(' ', '-'),
        "SRCU without " + name(leftOut) + "; the section " + section.what(),
        shownBy(leftOut, section),
        PreemptionModel.FULL,
        m -> SectionTrial.load(m, section, () -> new Without(leftOut)));
  }

  /** What a set is called: {@code S+A}. */
  public static String name(List<SrcuBarrier> set) {
    return set.isEmpty() ? "nothing" : String.join("+", set.stream().map(Enum::name).toList());
  }

  /** The strongest model that shows it; herd7 says the same of the algorithm as a litmus test. */
  private static MemoryModel shownBy(List<SrcuBarrier> leftOut, Section section) {
    boolean none = section == READS_READS_BACKWARDS;
    if (leftOut.contains(B) && !none) {
      return section == WRITES_WRITES ? MemoryModel.PSO : MemoryModel.TSO;
    }
    if (leftOut.contains(C) && !none) {
      return section == READS_READS ? MemoryModel.SC : MemoryModel.PSO;
    }
    if (leftOut.containsAll(List.of(S, A, E, D))) {
      boolean late = section == READS_READS || section == READS_WRITES || section == WRITES_READS;
      boolean last = none && leftOut.contains(F);
      return late ? MemoryModel.TSO : last ? MemoryModel.PSO : MemoryModel.SC;
    }
    return MemoryModel.SC;
  }

  private static final class Without extends SrcuAlgorithm implements SectionTrial.Domain {
    private final List<SrcuBarrier> leftOut;

    Without(List<SrcuBarrier> leftOut) {
      super("srcu", true);
      this.leftOut = leftOut;
    }

    @Override
    void fence(SrcuBarrier which) {
      if (!leftOut.contains(which)) {
        super.fence(which);
      }
    }

    // The algorithm's own methods are not public.

    @Override
    public int enter() {
      return super.enter();
    }

    @Override
    public void leave(int half) {
      super.leave(half);
    }

    @Override
    public void gracePeriod() {
      super.gracePeriod();
    }
  }
}
