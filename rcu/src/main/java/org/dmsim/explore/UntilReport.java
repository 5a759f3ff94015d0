package org.dmsim.explore;

import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * Ends a run at the next scheduling point once the report that a search is for is made. What a task
 * does after it has used freed memory says nothing about the kernel.
 */
final class UntilReport implements Strategy {

  private final Strategy inner;
  private final String symptom;
  private Machine machine;
  private int looked;

  private UntilReport(Strategy inner, String symptom) {
    this.inner = inner;
    this.symptom = symptom;
  }

  /**
   * Wraps a strategy.
   *
   * @param symptom part of the report's headline; empty to let every run go to its end
   */
  static Strategy of(Strategy inner, String symptom) {
    return symptom.isEmpty() ? inner : new UntilReport(inner, symptom);
  }

  @Override
  public boolean begin(Machine m) {
    machine = m;
    looked = 0;
    return inner.begin(m);
  }

  @Override
  public Task next(Choice choice) {
    while (looked < machine.reports().size()) {
      if (machine.reports().get(looked).headline().contains(symptom)) {
        return null;
      }
      looked++;
    }
    return inner.next(choice);
  }

  @Override
  public int nextInt(int bound) {
    return inner.nextInt(bound);
  }
}
