package org.dmsim.explore;

import java.util.Arrays;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Task;

/** Which tasks of a run have not begun yet. */
final class Fresh {

  private int[] begun = new int[16];
  private int run;

  /** A run begins. */
  void begin() {
    run++;
  }

  boolean is(Task t) {
    int i = t.index();
    return t.pendingObject() == null
        && t.role() != Task.Role.CLOCK
        && t.role() != Task.Role.BUFFER
        && (i >= begun.length || begun[i] != run);
  }

  /**
   * A task that begins before {@code next} goes on; null if none does. Time passes where nobody can
   * go on, so whoever has not begun begins first, though that be no step: it touches nothing.
   */
  Task before(Task next, Choice choice) {
    if (next.role() != Task.Role.CLOCK || choice.isEnabled(next)) {
      return null;
    }
    for (int i = 0; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      if (is(t) && choice.isEnabled(t)) {
        return t;
      }
    }
    return null;
  }

  /** A task begins. */
  void mark(Task t) {
    if (t.index() >= begun.length) {
      begun = Arrays.copyOf(begun, Math.max(t.index() + 1, begun.length * 2));
    }
    begun[t.index()] = run;
  }
}
