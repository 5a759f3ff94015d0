package org.dmsim.explore;

import java.util.Arrays;
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
        && t.kind() != Task.Kind.CLOCK
        && t.kind() != Task.Kind.BUFFER
        && (i >= begun.length || begun[i] != run);
  }

  /** A task begins. */
  void mark(Task t) {
    if (t.index() >= begun.length) {
      begun = Arrays.copyOf(begun, Math.max(t.index() + 1, begun.length * 2));
    }
    begun[t.index()] = run;
  }
}
