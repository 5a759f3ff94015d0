package org.dmsim.explore;

import java.util.Arrays;
import org.dmsim.machine.Access;
import org.dmsim.machine.Shared;

/** What the step that is being made touches, and how: the object that it announced, and others. */
final class Footprint {

  private static final int WRITE = Access.WRITE.ordinal();

  private static final int FEW = 32;
  private static final int MANY = 4096;

  private final Learned learned;

  /** Steps noted before: runs make the same ones again and again, and a search keeps many. */
  private Step[] seen = new Step[FEW];

  private int misses;

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

  /**
   * The step says which object it is for; null for none.
   *
   * @param likely the number of the object that it is for most likely, or -1
   */
  void announce(Shared what, int access, int likely) {
    if (what == null) {
      object = -1;
      kind = 0;
    } else {
      object = learned.objects.numberOf(what.id(), likely);
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

  /**
   * The step, as it is to be remembered.
   *
   * @param chosen choices of data, of which there are {@code choices}
   */
  Step step(int task, int flags, int[] chosen, int choices) {
    int h = (task * 31 + object) * 31 + flags;
    int k = object < 0 ? 0 : kind;
    h = h * 31 + k;
    for (int i = 0; i < touches; i++) {
      h = h * 31 + touched[i];
    }
    for (int i = 0; i < choices; i++) {
      h = h * 31 + chosen[i];
    }
    int place = (h * 0x9e3779b9 >>> 16) & (seen.length - 1);
    Step s = seen[place];
    if (s == null || !isSame(s, task, k, flags, chosen, choices)) {
      if (++misses > seen.length && seen.length < MANY) {
        seen = new Step[2 * seen.length];
        misses = 0;
        return step(task, flags, chosen, choices);
      }
      int[] more = touches == 0 ? Step.NONE : Arrays.copyOf(touched, touches);
      int[] data = choices == 0 ? Step.NONE : Arrays.copyOf(chosen, choices);
      s = new Step(task, object, k, more, flags, data);
      seen[place] = s;
    }
    return s;
  }

  private boolean isSame(Step s, int task, int k, int flags, int[] chosen, int choices) {
    return s.task() == task
        && s.object() == object
        && s.kind() == k
        && s.flags() == flags
        && s.more().length == touches
        && s.data().length == choices
        && Arrays.equals(s.more(), 0, touches, touched, 0, touches)
        && Arrays.equals(s.data(), 0, choices, chosen, 0, choices);
  }
}
