package org.dmsim.explore;

import java.util.Arrays;
import org.dmsim.machine.Access;
import org.dmsim.machine.Shared;

/** What the step that is being made touches, and how: the object that it announced, and others. */
final class Footprint {

  private static final int WRITE = Access.WRITE.ordinal();

  private final Learned learned;
  private int object = -1;
  private int kind;
  private int[] touched = new int[16];
  private int touches;

  Footprint(Learned learned) {
    this.learned = learned;
  }

  void clear() {
    touches = 0;
  }

  /** Whether nothing but what was announced is touched. */
  boolean isEmpty() {
    return touches == 0;
  }

  /** The number of the object that was announced, or -1. */
  int object() {
    return object;
  }

  /** The step says which object it is for; null for none. */
  void announce(Shared what, int access) {
    if (what == null) {
      object = -1;
      kind = 0;
    } else {
      object = learned.objects.numberOf(what.id());
      kind = learned.kindOf(object, access);
    }
  }

  /** Whether a step that was noted earlier announced the same. */
  boolean isAsAnnounced(Step noted) {
    if (object != noted.object()) {
      return false;
    }
    boolean more = noted.kind() == WRITE; // what else it did was merged into it
    return object < 0 || noted.is(Step.START) || kind == noted.kind() || more;
  }

  /**
   * The step touches an object.
   *
   * @param isAnnounced whether it has said what it is for; else it is the beginning of a task
   */
  void touch(int what, int access, boolean isAnnounced) {
    int how = learned.kindOf(what, access);
    if (what == object && isAnnounced) {
      kind = merge(kind, how);
      return;
    }
    for (int i = 0; i < touches; i += 2) {
      if (touched[i] == what) {
        touched[i + 1] = merge(touched[i + 1], how);
        return;
      }
    }
    if (touches + 2 > touched.length) {
      touched = Arrays.copyOf(touched, touches * 2);
    }
    touched[touches++] = what;
    touched[touches++] = how;
  }

  private static int merge(int kind, int other) {
    return kind == other ? kind : WRITE;
  }

  /** The step, as it is to be remembered. */
  Step step(int task, int flags, int[] data) {
    int[] more = touches == 0 ? Step.NONE : Arrays.copyOf(touched, touches);
    return new Step(task, object, object < 0 ? 0 : kind, more, flags, data);
  }
}
