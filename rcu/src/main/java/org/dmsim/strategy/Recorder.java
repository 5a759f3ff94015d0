package org.dmsim.strategy;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/** Wraps a strategy and writes down what it chose. */
public final class Recorder implements Strategy {

  private final Strategy inner;
  private final List<Schedule.Deviation> deviations = new ArrayList<>();
  private Machine machine;
  private long digest;

  /** Records what {@code inner} chooses, in one run at a time. */
  public Recorder(Strategy inner) {
    this.inner = inner;
  }

  @Override
  public boolean begin(Machine m) {
    machine = m;
    deviations.clear();
    digest = 1;
    return inner.begin(m);
  }

  @Override
  public Task next(Choice choice) {
    Task next = inner.next(choice);
    if (next != null) {
      if (next != choice.byDefault()) {
        deviations.add(new Schedule.Deviation(choice.step(), next.index(), false));
      }
      digest = Digest.add(digest, next);
    }
    return next;
  }

  @Override
  public int nextInt(int bound) {
    int value = inner.nextInt(bound);
    if (value != 0) {
      deviations.add(new Schedule.Deviation(machine.step(), value, true));
    }
    digest = Digest.add(digest, value);
    return value;
  }

  /** What was chosen in the run so far. */
  public Schedule schedule() {
    return new Schedule(deviations, digest);
  }
}
