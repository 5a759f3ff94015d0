package org.dmsim.explore;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The way from the first point of a search to where it stands: the steps of the run, and the points
 * before, between and behind them.
 */
final class Path {

  final Trace trace = new Trace();
  private Node[] nodes = new Node[64];
  private int kept;
  private int floor = -1;

  /** The point before the step with this number. */
  Node node(int depth) {
    return nodes[depth];
  }

  /** How many steps of the run come from the one before it; the others are new. */
  int kept() {
    return kept;
  }

  /** Where a search begins. */
  void begin() {
    if (nodes[0] == null) {
      nodes[0] = new Node();
      nodes[0].enterRoot();
    }
  }

  /**
   * Adds a step.
   *
   * @param born the tasks that it started
   * @param births how many of them there are
   * @param bounds of the choices of data that it made
   */
  void add(Step s, int[] born, int births, int[] bounds) {
    int at = trace.length();
    trace.push(s);
    for (int i = 0; i < births; i++) {
      trace.started(born[i]);
    }
    if (s.data().length > 0) {
      nodes[at].chose(s.task(), s.data(), bounds);
    }
    if (at + 1 == nodes.length) {
      nodes = Arrays.copyOf(nodes, nodes.length * 2);
    }
    Node n = nodes[at + 1];
    if (n == null) {
      n = new Node();
      nodes[at + 1] = n;
    }
    n.enter(nodes[at], s);
  }

  /**
   * Goes up to the deepest point with something left to try, and makes that the next branch; false
   * if there is none.
   *
   * @param sleep whether what was made there need not be made first again
   */
  boolean backtrack(boolean sleep) {
    for (int d = trace.length() - 1; d > floor; d--) {
      Node n = nodes[d];
      Step made = trace.step(d);
      if (sleep) {
        n.addSleeper(made);
      }
      WakeupTree next = n.nextWithOtherData(made);
      if (next == null) {
        next = n.next();
      }
      if (next != null) {
        n.tried++;
        n.guide = next;
        cut(d);
        return true;
      }
    }
    return false;
  }

  /** Where the last step cannot be made after all, takes the next one; false if there is none. */
  boolean goesOnWithNext() {
    Node n = nodes[trace.length()];
    WakeupTree next = n.next();
    if (next != null) {
      n.guide = next;
    }
    return next != null;
  }

  private void cut(int depth) {
    trace.cut(depth);
    kept = depth;
  }

  /** Stands where a branch begins that another search has given away; ends with that branch. */
  void standAt(List<Step> steps, List<Integer> births, IntFunction<Node> point) {
    clear();
    floor = steps.size();
    trace.restore(steps, births);
    cut(floor);
    nodes = new Node[Math.max(nodes.length, floor + 1)];
    for (int d = 0; d <= floor; d++) {
      nodes[d] = point.apply(d);
    }
  }

  /** Forgets everything. */
  void clear() {
    cut(0);
    nodes = new Node[64];
  }

  // ---- stopping, and going on another time -----------------------------------------------------

  void restore(Frontier f) {
    trace.restore(PlannedSteps.steps(f.steps(), f.distinct()), f.births());
    kept = trace.length();
    nodes = new Node[Math.max(64, f.points().size() + 1)];
    for (int d = 0; d < f.points().size(); d++) {
      nodes[d] = Node.restore(f.points().get(d), f.distinct());
    }
  }
}
