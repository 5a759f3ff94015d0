package org.dmsim.explore;

import java.util.List;

/**
 * Where an exhaustive search stands between two runs: the steps that lead to the point where it
 * goes on, and what it knows at each point above. Numbers and lists only, so that it can be written
 * down. A search plans the same few steps in a great many orders; so each of them stands here once,
 * and everywhere else is its number.
 *
 * @param counts runs complete, redundant, made to look ahead; steps of the longest run
 * @param preemptions bound on preemptions
 * @param bounded whether the bound kept a run from being tried
 * @param known what was learnt about the program
 * @param distinct every step that occurs; elsewhere a step is its place in here
 * @param steps those that lead there
 * @param births tasks started by them: the task, and the number of the step
 * @param points one more than there are steps
 */
record Frontier(
    List<Long> counts,
    int preemptions,
    boolean bounded,
    Known known,
    List<Step> distinct,
    int[] steps,
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
            && known.ordered() != null
            && distinct != null
            && steps != null
            && births != null
            && points != null;
    return all && (points.size() == steps.length + 1 || (steps.length == 0 && points.isEmpty()));
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
   * @param ordered those of them to which additions are made one after the other
   * @param additionsCommute whether any are not, though somebody waits for the object
   */
  record Known(
      int cpuLevel,
      boolean alarms,
      boolean waits,
      List<Long> objects,
      List<Integer> awaited,
      List<Integer> added,
      List<Integer> ordered,
      boolean additionsCommute) {}

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
   * @param pending what is still to be tried, as {@link PlannedSteps} writes trees
   * @param otherData choices of data still to be tried
   * @param guide what is tried next, as a tree; null but at the last point
   * @param held races of the step from here that another step holds back: of each, how many steps
   *     it was to come before, and which
   * @param heldBy those other steps
   */
  record Point(
      int tried,
      int preemptions,
      boolean listed,
      byte ready,
      long waiting,
      long able,
      int[] sleep,
      List<int[]> pending,
      List<int[]> otherData,
      int[] guide,
      int[] held,
      int[] heldBy) {}
}
