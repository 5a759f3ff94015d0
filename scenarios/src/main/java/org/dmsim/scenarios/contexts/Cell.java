package org.dmsim.scenarios.contexts;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Task;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.splat.KernelBug;
import org.dmsim.version.KernelVersion;

/**
 * What came of one operation inside one context, on a machine of its own.
 *
 * @param reports what the kernel's checks said, in order
 * @param ends whether the task came back
 */
public record Cell(List<Report> reports, Ends ends) {

  /** What became of the task. */
  public enum Ends {
    /** It came back. */
    RETURNS,
    /** It waits for ever. */
    HANGS,
    /** The whole kernel stopped. */
    PANICS
  }

  /** The model's own checks; no kernel has them, so no recording either. */
  private static final Set<Check> NOT_OF_THE_KERNEL =
      Set.of(Check.STUCK, Check.LEAK, Check.READ_SECTION);

  /** Copies the list. */
  public Cell {
    reports = List.copyOf(reports);
  }

  /** Runs an operation inside a context. */
  public static Cell run(
      Context context,
      Operation operation,
      KernelVersion kernel,
      PreemptionModel preemption,
      Course course,
      boolean positions) {
    Machine machine =
        new Machine(
            Configuration.standard()
                .on(kernel, preemption)
                .withClock(course.clock())
                .withPositions(positions),
            course.strategy());
    int[] reportsAtEnd = {-1};
    machine.boot(() -> boot(machine, context, operation, course, reportsAtEnd));
    Outcome outcome = machine.run();
    boolean panics = outcome.log().contains(KernelBug.FATAL_IN_INTERRUPT);
    int count = reportsAtEnd[0] < 0 ? outcome.reports().size() : reportsAtEnd[0];
    List<Report> reports = new ArrayList<>(outcome.reports().subList(0, count));
    reports.removeIf(r -> NOT_OF_THE_KERNEL.contains(r.check()));
    return new Cell(
        reports, panics ? Ends.PANICS : reportsAtEnd[0] < 0 ? Ends.HANGS : Ends.RETURNS);
  }

  private static void boot(
      Machine machine, Context context, Operation operation, Course course, int[] reportsAtEnd) {
    Probe[] probe = new Probe[1];
    Runnable body =
        () -> {
          if (course.hasCallbacks()) {
            Rcu.call(() -> {});
          }
          operation.run(probe[0]);
        };
    probe[0] = new Probe(machine, body, course.isFirstUse());
    Task[] runner = new Task[1];
    runner[0] =
        machine.spawnKthread(
            "probe",
            () -> {
              probe[0].prepare(operation);
              context.run(probe[0], body);
              reportsAtEnd[0] = machine.reports().size();
            });
  }
}
