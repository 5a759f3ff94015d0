package org.dmsim.scenarios.run;

import java.util.Arrays;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * A fair machine: interrupts at once, then the task that is running, else the one that has waited
 * longest for its turn; the clock last.
 */
final class LongestWaiting implements Strategy {

  private static final long NOT_WAITING = Long.MAX_VALUE;

  private long[] since = new long[16];

  @Override
  public boolean begin(Machine machine) {
    Arrays.fill(since, NOT_WAITING);
    return true;
  }

  @Override
  public Task next(Choice choice) {
    int n = choice.taskCount();
    if (n > since.length) {
      int before = since.length;
      since = Arrays.copyOf(since, 2 * n);
      Arrays.fill(since, before, since.length, NOT_WAITING);
    }
    Task byDefault = choice.byDefault();
    Task longest = byDefault;
    for (int i = 0; i < n; i++) {
      Task t = choice.task(i);
      if (!choice.isEnabled(t)) {
        since[i] = NOT_WAITING;
      } else if (since[i] == NOT_WAITING) {
        since[i] = choice.step();
      }
      if (t.kind() != Task.Kind.CLOCK && since[i] < since[longest.index()]) {
        longest = t;
      }
    }
    boolean keeps = byDefault == choice.current();
    Task next = byDefault.isHandler() || keeps || isClock(byDefault) ? byDefault : longest;
    since[next.index()] = NOT_WAITING;
    return next;
  }

  private static boolean isClock(Task t) {
    return t.kind() == Task.Kind.CLOCK;
  }

  @Override
  public int nextInt(int bound) {
    return 0;
  }
}
