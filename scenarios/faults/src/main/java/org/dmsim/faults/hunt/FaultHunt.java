package org.dmsim.faults.hunt;

import java.util.function.Consumer;
import org.dmsim.faults.PlantedFault;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.strategy.StickyWalk;

/** Looks for a planted fault in schedules drawn at random; equal faults give equal hunts. */
public final class FaultHunt {

  /** Schedules after which a fault has survived. */
  public static final int RUNS = 400_000;

  /** Schedules of a sound twin that must show nothing. */
  public static final int SOUND_RUNS = 1_000;

  /** Steps of one run; none of these programs needs as many. */
  static final long MAX_STEPS = 20_000;

  private FaultHunt() {}

  /**
   * What a hunt came to.
   *
   * @param runs schedules tried, the last one included
   * @param what was wrong with the last one; empty if nothing was
   */
  public record Result(int runs, String what) {

    /** Whether something was wrong. */
    public boolean isFound() {
      return !what.isEmpty();
    }
  }

  /** Hunts the fault. */
  public static Result faulty(PlantedFault fault) {
    return hunt(fault, fault.faulty(), RUNS);
  }

  /** Hunts what is not there. */
  public static Result sound(PlantedFault fault) {
    return hunt(fault, fault.sound(), SOUND_RUNS);
  }

  private static Result hunt(PlantedFault fault, Consumer<Machine> program, int limit) {
    Configuration c =
        fault
            .configuration()
            .apply(Configuration.standard().withPositions(false).withMaxSteps(MAX_STEPS));
    return Machine.withCarrier(
        nothing -> {
          for (int run = 1; run <= limit; run++) {
            Machine m = new Machine(c, new StickyWalk(run));
            program.accept(m);
            String wrong = run(m);
            if (!wrong.isEmpty()) {
              return new Result(run, wrong);
            }
          }
          return new Result(limit, "");
        });
  }

  private static String run(Machine m) {
    Outcome o = m.run();
    if (o.isClean()) {
      return "";
    }
    return o.reports().isEmpty() ? "" + o.end() : o.reports().getFirst().headline();
  }
}
