package org.dmsim.strategy;

import java.util.SplittableRandom;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * Chance, but the task that runs goes on seven times in eight: so a run gets far inside one task
 * between two steps of another. Equal seeds give equal runs.
 */
public final class StickyWalk implements Strategy {

  private static final int ONE_IN = 8;

  private final RandomWalk walk;
  private final SplittableRandom random;

  /** A walk that the seed fixes. */
  public StickyWalk(long seed) {
    walk = new RandomWalk(seed);
    random = new SplittableRandom(~seed);
  }

  @Override
  public boolean begin(Machine machine) {
    return walk.begin(machine);
  }

  @Override
  public Task next(Choice choice) {
    Task current = choice.current();
    boolean goesOn = current != null && choice.isEnabled(current) && random.nextInt(ONE_IN) != 0;
    return goesOn ? current : walk.next(choice);
  }

  @Override
  public int nextInt(int bound) {
    return walk.nextInt(bound);
  }
}
