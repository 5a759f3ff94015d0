package org.dmsim.faults.hunt;

import java.util.function.Consumer;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Program;
import org.dmsim.explore.Result;
import org.dmsim.faults.PlantedFault;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;

/** Looks for a planted fault in every schedule that matters; equal faults give equal searches. */
public final class FaultSearch {

  /** Schedules after which a search stops, with or without a fault. */
  public static final long MAX_SCHEDULES = 20_000;

  private static final Bounds BOUNDS = Bounds.EXHAUSTIVE.withMaxSchedules(MAX_SCHEDULES);

  private FaultSearch() {}

  /** Searches the program with the fault. */
  public static Result faulty(PlantedFault fault) {
    return search(fault, fault.faulty());
  }

  /** Searches the same program without. */
  public static Result sound(PlantedFault fault) {
    return search(fault, fault.sound());
  }

  /**
   * Gives each task a CPU of its own, and works one too, so that schedules can be reduced; except
   * where the fault shows only when tasks share one. On the CPU that queued it a work and the task
   * there would have an order step by step: 1,322,127 schedules of a sound SRCU callback instead of
   * 60 that differ in more.
   */
  private static Result search(PlantedFault fault, Consumer<Machine> tasks) {
    Program program = tasks::accept;
    Configuration c =
        fault.configuration().apply(Configuration.standard().withMaxSteps(FaultHunt.MAX_STEPS));
    if (c.cpus() > 1) {
      c = c.withWorks(Configuration.Works.FOREIGN);
      c = c.withCpus(Explorer.cpusFor(program, c));
    }
    return new Explorer(program, c, BOUNDS).explore();
  }
}
