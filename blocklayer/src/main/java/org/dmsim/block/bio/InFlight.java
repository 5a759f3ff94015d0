package org.dmsim.block.bio;

import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.splat.Splat;

/** The bios of one machine that were submitted and have not ended: each must end once. */
final class InFlight {

  /** Where there is no machine, nothing is kept. */
  private final boolean kept;

  private Bio head;

  InFlight(Machine machine) {
    kept = machine != null;
    if (kept) {
      machine.atEnd(() -> reportLost(machine));
    }
  }

  void add(Bio bio) {
    if (!kept) {
      return;
    }
    bio.flightNext = head;
    bio.flightPrevious = null;
    if (head != null) {
      head.flightPrevious = bio;
    }
    head = bio;
  }

  void remove(Bio bio) {
    if (!kept) {
      return;
    }
    if (bio.flightPrevious == null) {
      head = bio.flightNext;
    } else {
      bio.flightPrevious.flightNext = bio.flightNext;
    }
    if (bio.flightNext != null) {
      bio.flightNext.flightPrevious = bio.flightPrevious;
    }
    bio.flightNext = null;
    bio.flightPrevious = null;
  }

  /** Bios that no task can end any more; those of stuck tasks are told of with the tasks. */
  private void reportLost(Machine machine) {
    if (!machine.stuckTasks().isEmpty()) {
      return;
    }
    for (Bio b = head; b != null; b = b.flightNext) {
      machine.report(
          new Splat(Task.current(), Check.BIO_COMPLETION)
              .headline("bio never ended: " + b.describe())
              .report(Report.Counts.NONE));
    }
  }

  /** Whether nothing is on its way. */
  boolean isEmpty() {
    return head == null;
  }
}
