package org.dmsim.lockdep;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.dmsim.lockdep.LockClass.Edge;
import org.dmsim.machine.Task;
import org.dmsim.report.CallTrace;

/**
 * The orders in which classes of locks were taken, by any task. Mirrors {@code check_prev_add},
 * {@code __bfs} and {@code check_noncircular}, 6.1.
 *
 * <p>A path through the graph stands for a deadlock only if it is strong: where one dependency ends
 * with a reader that waits for nobody but a writer, the next must start with a writer.
 */
final class DependencyGraph {

  private DependencyGraph() {}

  /** A class reached by a search, and how. */
  static final class Node {
    final LockClass lockClass;
    final CallTrace trace;
    final Node parent;

    /** Whether it was reached only by dependencies that end with a recursive reader. */
    final boolean onlyRecursive;

    Node(LockClass lockClass, CallTrace trace, Node parent, boolean onlyRecursive) {
      this.lockClass = lockClass;
      this.trace = trace;
      this.parent = parent;
      this.onlyRecursive = onlyRecursive;
    }

    int depth() {
      return parent == null ? 0 : parent.depth() + 1;
    }
  }

  /** The kind of a dependency, as one bit of four; mirrors {@code calc_dep}. */
  private static int kind(HeldLock from, HeldLock to) {
    boolean exclusive = from.read == LockUse.WRITE;
    boolean waiting = to.read != LockUse.READ_RECURSIVE;
    return 1 << (exclusive ? 1 : 0) + (waiting ? 2 : 0);
  }

  private static final int STARTS_EXCLUSIVE = 0b1010;
  private static final int ENDS_WAITING = 0b1100;

  /** Remembers that {@code next} was taken while {@code previous} was held. */
  static void add(HeldLock previous, HeldLock next, boolean positions) {
    CallTrace trace = positions ? Task.callTrace() : CallTrace.NONE;
    add(previous.lockClass.after, next.lockClass, kind(previous, next), trace);
    add(next.lockClass.before, previous.lockClass, kind(next, previous), trace);
  }

  private static void add(List<Edge> edges, LockClass to, int kind, CallTrace trace) {
    for (Edge e : edges) {
      if (e.to == to) {
        e.kinds |= kind;
        return;
      }
    }
    edges.add(new Edge(to, kind, trace));
  }

  /** Whether {@code next} leads to {@code previous} already; the way there, or null. */
  static Node findCircle(HeldLock previous, HeldLock next) {
    return search(
        next,
        true,
        n ->
            n.lockClass == previous.lockClass
                && (previous.read == LockUse.WRITE || !n.onlyRecursive));
  }

  /**
   * Searches the classes taken after (or before) a lock, that lock's own class included, the
   * nearest first.
   */
  static Node search(HeldLock from, boolean forward, Predicate<Node> matches) {
    ArrayDeque<Node> queue = new ArrayDeque<>();
    Map<LockClass, Boolean> seen = new HashMap<>();
    queue.add(new Node(from.lockClass, null, null, from.read == LockUse.READ_RECURSIVE));
    while (!queue.isEmpty()) {
      Node n = queue.poll();
      Boolean before = seen.get(n.lockClass);
      if (before != null && (!before || n.onlyRecursive)) {
        continue;
      }
      seen.put(n.lockClass, n.onlyRecursive);
      if (matches.test(n)) {
        return n;
      }
      for (Edge e : forward ? n.lockClass.after : n.lockClass.before) {
        int kinds = n.onlyRecursive ? e.kinds & STARTS_EXCLUSIVE : e.kinds;
        if (kinds != 0) {
          queue.add(new Node(e.to, e.trace, n, (kinds & ENDS_WAITING) == 0));
        }
      }
    }
    return null;
  }
}
