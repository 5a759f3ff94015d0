package org.dmsim.explore;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Outcome;

/**
 * A run that a scout has made: its steps from the point where it left the run before, and whatever
 * else a search asks of a run. Immutable.
 *
 * @param from the number of the first step
 * @param guided the steps that it was made for
 * @param outcome what it came to
 * @param impossible whether it was given up because the step that it was made for cannot be made
 * @param bounded whether a bound on preemptions kept a run from being tried
 * @param moves its steps
 * @param neverMade steps that tasks which wait at its end did not come to make
 * @param additions objects that were not known before to be added to
 * @param answers what looking ahead for races showed, in the order of the questions
 */
record RecordedRun(
    int from,
    List<Step> guided,
    Outcome outcome,
    boolean impossible,
    boolean bounded,
    List<Move> moves,
    List<Step> neverMade,
    int[] additions,
    List<Boolean> answers) {

  /**
   * One step, and the point before it.
   *
   * @param born tasks that it started
   * @param bounds of the choices of data that it made
   * @param ready what was known of its guard
   * @param waiting tasks before a wait
   * @param able those of them that could have gone on
   * @param preemptions in the steps that lead to it
   * @param others what was noted to be tried instead; null where nothing is noted before races are
   */
  record Move(
      Step step,
      int[] born,
      int[] bounds,
      byte ready,
      long waiting,
      long able,
      int preemptions,
      List<Step> others) {

    static Move of(Path path, int k) {
      Node n = path.node(k);
      Step s = path.trace.step(k);
      return new Move(
          s,
          path.trace.startedBy(k),
          s.data().length == 0 ? Step.NONE : n.bounds,
          n.ready,
          n.waiting,
          n.able,
          n.preemptions,
          n.listed ? n.pending.stream().map(w -> w.step).toList() : null);
    }

    void addTo(Path path, boolean isNew) {
      Node n = path.node(path.trace.length());
      n.ready = ready;
      n.waiting = waiting;
      n.able = able;
      n.preemptions = preemptions;
      if (isNew && others != null) {
        n.listed = true;
        others.forEach(s -> n.pending.add(new WakeupTree(s)));
      }
      path.add(step, born, born.length, bounds);
    }
  }

  /** The steps that the next run is made for. */
  static List<Step> guideOf(Path path) {
    WakeupTree guide = path.node(path.kept()).guide;
    return guide == null ? List.of() : guide.firstSteps();
  }

  /** The steps of the last run that are new. */
  static List<Move> movesOf(Path path) {
    int end = path.trace.length();
    List<Move> all = new ArrayList<>(end - path.kept());
    for (int k = path.kept(); k < end; k++) {
      all.add(Move.of(path, k));
    }
    return all;
  }

  /** Whether this is the run that a search is about to make. */
  boolean isNext(Path path) {
    if (from != path.kept()) {
      return false;
    }
    List<Step> asked = guideOf(path);
    boolean same = asked.size() == guided.size();
    for (int i = 0; same && i < guided.size(); i++) {
      same = asked.get(i).isSame(guided.get(i));
    }
    return same;
  }

  /** Makes it the last run of a search. */
  void addTo(Path path) {
    for (Move m : moves) {
      m.addTo(path, path.trace.length() > from);
    }
  }
}
