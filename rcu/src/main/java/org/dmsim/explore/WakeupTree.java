package org.dmsim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Steps that are to be tried from one point of the search, in this order, and what is to follow
 * each of them.
 *
 * <p>A search keeps many of these for long, and nearly all of their steps have one successor. So
 * steps without an alternative lie in one array, which is cut where an alternative comes in.
 */
final class WakeupTree {

  /** Somebody who makes the runs of a branch before the search comes there. */
  interface Ahead {}

  /** What is to be tried first. */
  final Step step;

  /** The search itself picked this step; no race asked for it. */
  boolean free;

  /** Who runs ahead here; null if nobody does. */
  Ahead ahead;

  private final Step[] chain;
  private final int first;
  private int end;
  private List<WakeupTree> below;

  /** A step behind which the search goes as it likes. */
  WakeupTree(Step step) {
    this(new Step[] {step}, 0, 1, List.of());
  }

  /** Steps one after the other, behind which the search goes as it likes. */
  WakeupTree(Step[] steps, int from, int to) {
    this(Arrays.copyOfRange(steps, from, to), 0, to - from, List.of());
  }

  private WakeupTree(Step[] chain, int first, int end, List<WakeupTree> below) {
    this.step = chain[first];
    this.chain = chain;
    this.first = first;
    this.end = end;
    this.below = below;
  }

  /** Steps one after the other, and alternatives behind the last of them. */
  static WakeupTree of(List<Step> steps, boolean free, List<WakeupTree> below) {
    WakeupTree t =
        new WakeupTree(steps.toArray(Step[]::new), 0, steps.size(), new ArrayList<>(below));
    t.free = free;
    return t;
  }

  /** The steps up to the first alternative, or to the end. */
  List<Step> steps() {
    return List.of(Arrays.copyOfRange(chain, first, end));
  }

  /** The alternatives behind those steps. */
  List<WakeupTree> below() {
    return below;
  }

  /** Whether the search goes as it likes behind this step. */
  boolean isLeaf() {
    return first + 1 == end && below.isEmpty();
  }

  /** The same steps in a tree of its own. */
  WakeupTree copy() {
    List<WakeupTree> copies = new ArrayList<>(below.size());
    below.forEach(b -> copies.add(b.copy()));
    WakeupTree t = new WakeupTree(chain, first, end, copies);
    t.free = free;
    return t;
  }

  /** What is to follow the step first; null where the search goes as it likes. */
  WakeupTree next() {
    if (first + 1 < end) {
      return new WakeupTree(chain, first + 1, end, below);
    }
    return below.isEmpty() ? null : below.getFirst();
  }

  /** As {@link #next}, which is no longer part of {@link #others} then. */
  WakeupTree takeNext() {
    return first + 1 < end || below.isEmpty() ? next() : below.removeFirst();
  }

  /** What is to be tried in its stead; null if there is nothing. */
  List<WakeupTree> others() {
    return first + 1 < end || below.isEmpty() ? null : below;
  }

  /** The steps that are made if always the first alternative is taken. */
  List<Step> firstSteps() {
    List<Step> all = new ArrayList<>();
    for (WakeupTree t = this; t != null; t = t.below.isEmpty() ? null : t.below.getFirst()) {
      for (int i = t.first; i < t.end; i++) {
        all.add(t.chain[i]);
      }
    }
    return all;
  }

  /**
   * Adds a sequence of steps below this one, unless following the tree leads to an equivalent run
   * anyway.
   *
   * @param v the sequence; used up
   * @param length how many steps of it there are
   * @return whether there is one more run to be made
   */
  boolean insert(Step[] v, int length) {
    int left = length;
    for (int i = first + 1; i < end && left > 0; i++) {
      int where = weakInitial(chain[i], v, left);
      if (where == NOT_INITIAL) {
        split(i);
        below.add(new WakeupTree(v, 0, left));
        return true;
      }
      left = without(v, where, left);
    }
    if (left == 0 || below.isEmpty()) {
      return false;
    }
    for (WakeupTree b : below) {
      int where = weakInitial(b.step, v, left);
      if (where != NOT_INITIAL) {
        return b.insert(v, without(v, where, left));
      }
    }
    below.add(new WakeupTree(v, 0, left));
    return true;
  }

  private void split(int at) {
    WakeupTree rest = new WakeupTree(chain, at, end, below);
    below = new ArrayList<>(2);
    below.add(rest);
    end = at;
  }

  private static final int NOT_INITIAL = -2;
  private static final int ABSENT = -1;

  private static int without(Step[] v, int where, int length) {
    if (where == ABSENT) {
      return length;
    }
    System.arraycopy(v, where + 1, v, where, length - where - 1);
    return length - 1;
  }

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
