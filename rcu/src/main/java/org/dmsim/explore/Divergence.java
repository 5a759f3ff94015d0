package org.dmsim.explore;

/**
 * Where a run did not do what it had done before: its tasks depend on something beside the machine,
 * or they look at what they share outside of steps.
 *
 * @param step the scheduling point
 * @param expected what the task did before
 * @param got what it did now
 */
public record Divergence(long step, String expected, String got) {

  @Override
  public String toString() {
    return "the program is not deterministic: at step "
        + step
        + " expected "
        + expected
        + ", got "
        + got;
  }
}
