package org.dmsim.scenarios.script;

import org.dmsim.machine.PreemptionModel;
import org.dmsim.version.KernelVersion;

/**
 * One {@code expect} line about the whole run.
 *
 * @param place where it stands
 * @param what what is expected
 * @param text part of a report's headline, for {@link What#REPORT}; else empty
 * @param count number of schedules, for {@link What#SCHEDULES}; else 0
 * @param kernel on which kernel; null for the script's own
 * @param preemption with which preemption model; null for the script's own
 */
public record Expectation(
    Place place,
    What what,
    String text,
    long count,
    KernelVersion kernel,
    PreemptionModel preemption) {

  /** What can be expected. */
  public enum What {
    /** No report. */
    CLEAN,
    /** Some report. */
    VIOLATION,
    /** A report whose headline holds the text; several such lines name them all, in order. */
    REPORT,
    /** So many schedules, and every one of them seen. */
    SCHEDULES
  }
}
