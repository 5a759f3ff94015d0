package org.dmsim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Steps that are to be tried from one point of the search, in this order, and what is to follow
 * each of them.
 */
final class WakeupTree {

  final Step step;

  /** The search itself picked this step; no race asked for it. */
  boolean free;

  /** Who runs ahead here; null if nobody does. */
  Foray foray;

  final List<WakeupTree> children = new ArrayList<>(0);

  WakeupTree(Step step) {
    this.step = step;
  }

  /** The same steps in a tree of its own. */
  WakeupTree copy() {
    WakeupTree t = new WakeupTree(step);
    t.free = free;
    for (WakeupTree child : children) {
      t.children.add(child.copy());
    }
    return t;
  }

  /** The first of the steps that are to follow; null if there is none. */
  WakeupTree first() {
    return children.isEmpty() ? null : children.getFirst();
  }

  /**
   * Adds a sequence of steps below this one, unless following the tree leads to an equivalent run
   * anyway.
   *
   * @param v the sequence; used up
   * @param length how many steps of it there are
   */
  void insert(Step[] v, int length) {
    WakeupTree at = this;
    int left = length;
    while (!at.children.isEmpty() && left > 0) {
      WakeupTree next = null;
      for (int i = 0; i < at.children.size() && next == null; i++) {
        WakeupTree child = at.children.get(i);
        int where = weakInitial(child.step, v, left);
        if (where != NOT_INITIAL) {
          next = child;
          if (where != ABSENT) {
            System.arraycopy(v, where + 1, v, where, left - where - 1);
            left--;
          }
        }
      }
      if (next == null) {
        at.append(v, 0, left);
        return;
      }
      at = next;
    }
  }

  /** Adds a chain of steps as the last alternative below this one. */
  void append(Step[] v, int from, int to) {
    WakeupTree at = this;
    for (int i = from; i < to; i++) {
      WakeupTree next = new WakeupTree(v[i]);
      at.children.add(next);
      at = next;
    }
  }

  private static final int NOT_INITIAL = -2;
  private static final int ABSENT = -1;

  /**
   * Where in v a step stands that could as well come first; or whether it could be put before v.
   */
  private static int weakInitial(Step s, Step[] v, int length) {
    for (int i = 0; i < length; i++) {
      if (v[i].task() == s.task()) {
        if (!Arrays.equals(v[i].data(), s.data())) {
          return NOT_INITIAL;
        }
        for (int j = 0; j < i; j++) {
          if (v[j].dependsOn(v[i])) {
            return NOT_INITIAL;
          }
        }
        return i;
      }
    }
    for (int i = 0; i < length; i++) {
      if (v[i].dependsOn(s)) {
        return NOT_INITIAL;
      }
    }
    return ABSENT;
  }
}
