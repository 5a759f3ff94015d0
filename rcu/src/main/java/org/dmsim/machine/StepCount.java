package org.dmsim.machine;

/**
 * The number of the step being made, and up to which one nobody has to be asked who makes the next:
 * in an undisturbed run the task that is running. Each task has it at hand, since most scheduling
 * points come no further than here.
 */
final class StepCount {

  /** The step's number in this run, from 1; 0 before the first. */
  long number;

  /** No step below it needs a question; 0 in a run that is disturbed, or where a task stands. */
  long plainUntil;

  /** Makes a step without a question; false, and no step, where one is needed. */
  boolean pass() {
    if (number < plainUntil) {
      number++;
      return true;
    }
    return false;
  }
}
