package org.dmsim.strategy;

import java.util.SplittableRandom;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/** Chooses evenly among the tasks that could go on. Equal seeds give equal runs. */
public final class RandomWalk implements Strategy {

  private final SplittableRandom random;

  /** A walk that the seed fixes. */
  public RandomWalk(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public boolean begin(Machine machine) {
    return true;
  }

  @Override
  public Task next(Choice choice) {
    Task picked = null;
    int seen = 0;
    for (int i = 0; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      if (choice.isEnabled(t) && random.nextInt(++seen) == 0) {
        picked = t;
      }
    }
    return picked;
  }

  @Override
  public int nextInt(int bound) {
    return random.nextInt(bound);
  }
}
