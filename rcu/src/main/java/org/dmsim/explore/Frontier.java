package org.dmsim.explore;

import java.util.List;

/**
 * Where an exhaustive search stands between two runs: the steps that lead to the point where it
 * goes on, and what it knows at each point above. Numbers and lists only, so that it can be written
 * down.
 *
 * @param counts runs complete, redundant, made to look ahead; steps of the longest run
 * @param preemptions bound on preemptions
 * @param bounded whether the bound kept a run from being tried
 * @param known what was learnt about the program
 * @param steps those that lead there
 * @param births tasks started by them: the task, and the number of the step
 * @param points one more than there are steps
 */
record Frontier(
    List<Long> counts,
    int preemptions,
    boolean bounded,
    Known known,
    List<Step> steps,
    List<Integer> births,
    List<Point> points) {

  /** Whether nothing is missing, as far as numbers tell. */
  boolean isWhole() {
    boolean all =
        counts != null
            && counts.size() == 4
            && known != null
            && known.objects() != null
            && known.awaited() != null
            && known.added() != null
            && steps != null
            && births != null
            && points != null;
    return all && (points.size() == steps.size() + 1 || (steps.isEmpty() && points.isEmpty()));
  }

  /**
   * What was {@linkplain Learned learnt}.
   *
   * @param cpuLevel what of the CPUs is watched
   * @param alarms whether alarms were ever due
   * @param waits whether a task ever waited
   * @param objects identities, by number
   * @param awaited objects that somebody waits for
   * @param added objects that somebody adds to
   */
  record Known(
      int cpuLevel,
      boolean alarms,
      boolean waits,
      List<Long> objects,
      List<Integer> awaited,
      List<Integer> added) {}

  /**
   * One point.
   *
   * @param tried branches that are done
   * @param preemptions in the steps that lead here
   * @param listed whether all alternatives are noted
   * @param ready what was known of the guard
   * @param waiting tasks before a wait, a bit each
   * @param able those of them that could have gone on
   * @param sleep steps whose runs are all seen
   * @param pending what is still to be tried
   * @param otherData choices of data still to be tried
   * @param guide what is tried next; null but at the last point
   * @param held races of the step from here that another step holds back: where each began
   * @param heldBy those other steps
   */
  record Point(
      int tried,
      int preemptions,
      boolean listed,
      byte ready,
      long waiting,
      long able,
      List<Step> sleep,
      List<Branch> pending,
      List<List<Integer>> otherData,
      Branch guide,
      List<Integer> held,
      List<Step> heldBy) {}

  /**
   * A wakeup tree.
   *
   * @param steps up to the first alternative
   * @param free whether no race asked for it
   * @param below the alternatives
   */
  record Branch(List<Step> steps, boolean free, List<Branch> below) {

    static Branch of(WakeupTree t) {
      return t == null
          ? null
          : new Branch(t.steps(), t.free, t.below().stream().map(Branch::of).toList());
    }

    WakeupTree tree() {
      return WakeupTree.of(steps, free, below.stream().map(Branch::tree).toList());
    }
  }
}
