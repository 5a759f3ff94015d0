package org.dmsim.explore;

import java.util.Arrays;
import org.dmsim.machine.Access;

/**
 * One step of one task, as a search remembers it: which objects it touched and how. Objects are
 * numbers of an {@link ObjectTable}; kinds are ordinals of {@link Access}.
 *
 * @param task index of the task
 * @param object what the step announced, or -1
 * @param kind what it does to that object
 * @param more further objects and kinds, alternating
 * @param flags {@link #GUARDED} and its like
 * @param data the choices of data that it made
 */
record Step(int task, int object, int kind, int[] more, int flags, int[] data) {

  /** The step can be made only where its wait is over. */
  static final int GUARDED = 1;

  /** The guard is that of the object itself, so it is known before every step on that object. */
  static final int SELF_GUARDED = 2;

  /** From the beginning of a task to its first scheduling point. */
  static final int START = 4;

  /** Time passes: comes after all before it and before all after it. */
  static final int GLOBAL = 8;

  /** What the step touches is not known yet. */
  static final int ANY = 16;

  static final int[] NONE = {};

  /** A task's next step, whatever it is; the kind says how many preemptions lead there. */
  static Step anyOf(int task, int preemptions) {
    return new Step(task, -1, preemptions, NONE, ANY, NONE);
  }

  private static final int READ = Access.READ.ordinal();
  private static final int WRITE = Access.WRITE.ordinal();
  private static final int AFTER = Access.AFTER.ordinal();

  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  /** Whether the order of two accesses to one object matters. */
  static boolean conflict(int kind, int other) {
    return kind != other || kind == WRITE || kind == AFTER;
  }

  /** Whether an access changes nothing. */
  static boolean isRead(int kind) {
    return kind == READ;
  }

  /** Whether this is the same step. */
  boolean isSame(Step o) {
    return this == o
        || (task == o.task
            && object == o.object
            && kind == o.kind
            && flags == o.flags
            && Arrays.equals(more, o.more)
            && Arrays.equals(data, o.data));
  }

  /** Whether the order of the two steps matters. */
  boolean dependsOn(Step o) {
    if (task == o.task || ((flags | o.flags) & GLOBAL) != 0) {
      return true;
    }
    if (object >= 0 && o.touches(object, kind)) {
      return true;
    }
    for (int i = 0; i < more.length; i += 2) {
      if (o.touches(more[i], more[i + 1])) {
        return true;
      }
    }
    return false;
  }

  private boolean touches(int what, int how) {
    if (object == what && conflict(kind, how)) {
      return true;
    }
    for (int i = 0; i < more.length; i += 2) {
      if (more[i] == what && conflict(more[i + 1], how)) {
        return true;
      }
    }
    return false;
  }
}
