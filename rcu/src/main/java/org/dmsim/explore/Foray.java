package org.dmsim.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A branch of a search that a scout runs before the search comes there: what the scout has to know,
 * and the runs that it has made so far, in the order in which the search will ask for them.
 *
 * <p>Which runs there are in a branch depends on the steps that lead there, on what sleeps at its
 * beginning and on what was learnt, and on nothing else: races that lead out of the branch change
 * what comes after it. What sleeps is guessed here, for the branches before this one are not run
 * yet; the search compares when it comes.
 */
final class Foray implements WakeupTree.Ahead {

  private final int depth;
  private final List<Step> steps;
  private final List<Integer> births;
  private final Node[] points;
  private final int version;
  private final Learned learned;
  private final AtomicLong stepsKept;
  private final Queue<RecordedRun> runs = new ConcurrentLinkedQueue<>();
  private volatile boolean unwanted;
  private volatile boolean over;

  /**
   * A branch behind the run that a search stands at.
   *
   * @param depth of the point where it begins
   * @param which of the branches that are pending there
   * @param stepsKept counts the steps of all runs that are waiting to be taken
   */
  Foray(Path path, Learned learned, int depth, int which, boolean sleep, AtomicLong stepsKept) {
    this.depth = depth;
    this.version = learned.version();
    this.learned = learned.forAnotherThread();
    this.stepsKept = stepsKept;
    Trace trace = path.trace;
    steps = new ArrayList<>(depth);
    births = new ArrayList<>(0);
    points = new Node[depth + 1];
    for (int k = 0; k < depth; k++) {
      steps.add(trace.step(k));
      for (int task : trace.startedBy(k)) {
        births.add(task);
        births.add(k);
      }
      points[k] = path.node(k).seen();
    }
    Node n = path.node(depth);
    Node root = new Node();
    if (sleep) {
      for (int i = 0; i < n.sleeping; i++) {
        root.addSleeper(n.sleep[i]);
      }
      root.addSleeper(depth < path.kept() ? trace.step(depth) : n.guide.step);
      for (int i = 0; i < which; i++) {
        root.addSleeper(n.pending.get(i).step);
      }
    }
    root.guide = n.pending.get(which).copy();
    points[depth] = root;
  }

  int depth() {
    return depth;
  }

  /** The steps that lead to the branch. */
  List<Step> steps() {
    return steps;
  }

  /** Tasks started by them, each with the number of the step. */
  List<Integer> births() {
    return births;
  }

  /** A point on the way, or the one where the branch begins. */
  Node point(int d) {
    return points[d];
  }

  /** What was known when the branch was given away; the scout's own. */
  Learned learned() {
    return learned;
  }

  /** Whether the same is known now, and the same steps sleep, as the scout went out with. */
  boolean isAsThought(Node n, Learned now) {
    Node root = points[depth];
    if (now.version() != version || root.sleeping != n.sleeping) {
      return false;
    }
    for (int i = 0; i < n.sleeping; i++) {
      if (!root.sleep[i].isSame(n.sleep[i])) {
        return false;
      }
    }
    return true;
  }

  // ---- the scout's side ------------------------------------------------------------------------

  /** The next run; its steps are counted. */
  void add(RecordedRun run) {
    stepsKept.addAndGet(run.moves().size());
    runs.add(run);
    if (unwanted) {
      clear();
    }
  }

  /** No more runs come. */
  void end() {
    over = true;
  }

  boolean isUnwanted() {
    return unwanted;
  }

  // ---- the search's side -----------------------------------------------------------------------

  /** Takes the next run; null if the scout has not come further, or has ended. */
  RecordedRun take() {
    RecordedRun run = runs.poll();
    if (run != null) {
      stepsKept.addAndGet(-run.moves().size());
    }
    return run;
  }

  /** Waits until there is a run, or none will come. */
  void await() {
    while (runs.isEmpty() && !over) {
      Thread.onSpinWait();
    }
  }

  /** The search does not need it any more. */
  void drop() {
    unwanted = true;
    clear();
  }

  private void clear() {
    while (take() != null) {
      // each run is counted off by whoever takes it
    }
  }
}
