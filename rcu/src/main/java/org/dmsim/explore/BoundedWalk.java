package org.dmsim.explore;

import java.util.SplittableRandom;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * Runs by chance with a bound on preemptions. Where the bound allows it, every task is a branch;
 * nothing is reduced.
 */
final class BoundedWalk implements Strategy {

  private static final int MAX_RUNS = 1_000;
  private static final int MIN_RUNS = 10;
  private static final long STEPS = 10_000;

  private final SplittableRandom random;
  private final int preemptions;
  private double logProduct;
  private int preempted;
  private final Fresh fresh = new Fresh();
  private Task beginning;

  private BoundedWalk(int preemptions, SplittableRandom random) {
    this.preemptions = preemptions;
    this.random = random;
  }

  /** About how many runs there are. */
  static double estimate(
      Program program, Configuration configuration, int preemptions, SplittableRandom random) {
    BoundedWalk walk = new BoundedWalk(preemptions, random);
    double sum = 0;
    long steps = 0;
    int runs = 0;
    for (; runs < MIN_RUNS || (runs < MAX_RUNS && steps < STEPS); runs++) {
      Machine m = new Machine(configuration, walk);
      program.load(m);
      steps += m.run().steps();
      sum += Math.exp(walk.logProduct);
    }
    return Math.max(1, sum / runs);
  }

  @Override
  public boolean begin(Machine machine) {
    logProduct = 0;
    preempted = 0;
    fresh.begin();
    beginning = null;
    return true;
  }

  @Override
  public Task next(Choice choice) {
    Task current = choice.current();
    if (beginning != null && beginning == current && choice.isEnabled(current)) {
      beginning = null;
      return current;
    }
    boolean free = current == null || !choice.isEnabled(current);
    int count = 0;
    Task next = null;
    for (int i = 1; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      if (choice.isEnabled(t)
          && (free || t == current || preempted < preemptions)
          && random.nextInt(++count) == 0) {
        next = t;
      }
    }
    logProduct += Math.log(count);
    preempted += free || next == current ? 0 : 1;
    beginning = null;
    if (fresh.is(next)) {
      fresh.mark(next);
      beginning = next;
    }
    return next;
  }

  @Override
  public int nextInt(int bound) {
    logProduct += Math.log(bound);
    return random.nextInt(bound);
  }
}
