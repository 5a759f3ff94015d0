package org.dmsim.strategy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * Runs the task of the highest priority, and lowers it at a few steps chosen by chance: finds a bug
 * that needs d orderings with a probability that can be told (Burckhardt and others, ASPLOS 2010).
 */
public final class Pct implements Strategy {

  private final SplittableRandom random;
  private final long[] changes;
  private int[] priorities = {};
  private int lowest;

  /**
   * A walk that the seed fixes.
   *
   * @param depth how many orderings a bug may need, from 1
   * @param steps about how many scheduling points a run has
   */
  public Pct(long seed, int depth, long steps) {
    random = new SplittableRandom(seed);
    changes = new long[Math.max(0, depth - 1)];
    for (int i = 0; i < changes.length; i++) {
      changes[i] = 1 + random.nextLong(Math.max(1, steps));
    }
    Arrays.sort(changes);
  }

  @Override
  public boolean begin(Machine machine) {
    return true;
  }

  @Override
  public Task next(Choice choice) {
    while (priorities.length < choice.taskCount()) {
      priorities = Arrays.copyOf(priorities, priorities.length + 1);
      priorities[priorities.length - 1] = 1 + random.nextInt(1 << 30);
    }
    if (Arrays.binarySearch(changes, choice.step()) >= 0 && choice.current() != null) {
      priorities[choice.current().index()] = --lowest;
    }
    Task best = null;
    for (int i = 0; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      if ((best == null || priorities[i] > priorities[best.index()]) && choice.isEnabled(t)) {
        best = t;
      }
    }
    return best;
  }

  @Override
  public int nextInt(int bound) {
    return random.nextInt(bound);
  }
}
