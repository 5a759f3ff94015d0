package org.dmsim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One point of the search: what has been tried from here, and what is still to be tried. */
final class Node {

  private static final Step[] NOBODY = {};

  /**
   * Steps that need not be made first from here: every run that begins with one is seen already.
   */
  Step[] sleep = NOBODY;

  int sleeping;
  private long sleepingTasks;

  /** What is to be tried after the branch that is being followed, in this order. */
  List<WakeupTree> pending = new ArrayList<>(0);

  /** The branch that is being followed; null where the search goes as it likes. */
  WakeupTree guide;

  /** Choices of data of the step being followed that are still to be tried. */
  List<int[]> otherData = List.of();

  /** Branches that are done. */
  int tried;

  /** Switches away from a task that could have gone on, in the steps that lead here. */
  int preemptions;

  /** From how many values each choice of data of the step being followed was made. */
  int[] bounds = Step.NONE;

  /** Whether all alternatives here are noted, where a search tries every interleaving. */
  boolean listed;

  // What was known before the step that is being followed was made.

  /**
   * Whether the guard of the step's own object held: {@link #YES}, {@link #NO}, {@link #UNKNOWN}.
   */
  byte ready;

  /** Tasks that stood before a wait, by index up to 63. */
  long waiting;

  /** Those of them that could have gone on. */
  long able;

  /** The number of the clock's task. */
  static final int CLOCK_TASK = 1;

  /** The clock's bit in {@link #waiting} and {@link #able}. */
  static final long CLOCK = 1L << CLOCK_TASK;

  static final byte UNKNOWN = 0;
  static final byte YES = 1;
  static final byte NO = 2;

  /** What is known here, of which a search that goes on needs no more than this. */
  Frontier.Point save(boolean last, int[] held, int[] heldBy, PlannedSteps planned) {
    return new Frontier.Point(
        tried,
        preemptions,
        listed,
        ready,
        waiting,
        able,
        planned.numbers(Arrays.asList(sleep).subList(0, sleeping)),
        pending.stream().map(planned::tree).toList(),
        List.copyOf(otherData),
        last && guide != null ? planned.tree(guide) : null,
        held,
        heldBy);
  }

  static Node restore(Frontier.Point p, List<Step> distinct) {
    Node n = new Node();
    n.tried = p.tried();
    n.preemptions = p.preemptions();
    n.listed = p.listed();
    n.ready = p.ready();
    n.waiting = p.waiting();
    n.able = p.able();
    PlannedSteps.steps(p.sleep(), distinct).forEach(n::addSleeper);
    p.pending().forEach(t -> n.pending.add(PlannedSteps.tree(t, distinct)));
    n.otherData = new ArrayList<>(p.otherData());
    n.guide = p.guide() == null ? null : PlannedSteps.tree(p.guide(), distinct);
    return n;
  }

  /** A point of which only that is known which was known before its step was made. */
  Node seen() {
    Node n = new Node();
    n.ready = ready;
    n.waiting = waiting;
    n.able = able;
    return n;
  }

  /** Makes this the point after {@code step} was made from {@code above}. */
  void enter(Node above, Step step) {
    sleeping = 0;
    sleepingTasks = 0;
    for (int i = 0; i < above.sleeping; i++) {
      Step s = above.sleep[i];
      if (!s.dependsOn(step)) {
        addSleeper(s);
      }
    }
    preemptions = above.preemptions;
    begin(above.guide);
  }

  /** Makes this the first point of a search. */
  void enterRoot() {
    sleeping = 0;
    sleepingTasks = 0;
    begin(null);
  }

  private void begin(WakeupTree above) {
    listed = false;
    tried = 0;
    otherData = List.of();
    guide = above == null ? null : above.takeNext();
    List<WakeupTree> others = above == null ? null : above.others();
    if (others != null) {
      pending = others;
    } else if (!pending.isEmpty()) {
      pending = new ArrayList<>(0);
    }
  }

  void addSleeper(Step s) {
    if (sleeping == sleep.length) {
      sleep = Arrays.copyOf(sleep, Math.max(4, sleeping * 2));
    }
    sleep[sleeping++] = s;
    sleepingTasks |= s.task() < 64 ? 1L << s.task() : 0;
  }

  boolean isAsleep(int task) {
    if (task < 64) {
      return (sleepingTasks >>> task & 1) != 0;
    }
    for (int i = 0; i < sleeping; i++) {
      if (sleep[i].task() == task) {
        return true;
      }
    }
    return false;
  }

  /**
   * Notes which other data the step that was just made could have chosen, where the search itself
   * picked the step. Where a race asked for it, a race asks for the others too if they matter.
   */
  void chose(int task, int[] data, int[] from) {
    bounds = Arrays.copyOf(from, data.length);
    if (guide != null && !guide.free) {
      return;
    }
    if (otherData.isEmpty()) {
      otherData = new ArrayList<>();
    }
    otherData.removeIf(d -> startsWith(data, d));
    for (int i = data.length - 1; i >= 0; i--) {
      for (int v = 0; v < bounds[i]; v++) {
        int[] other = Arrays.copyOf(data, i + 1);
        other[i] = v;
        if (v != data[i]
            && !isTried(task, other)
            && otherData.stream().noneMatch(d -> Arrays.equals(d, other))) {
          otherData.add(other);
        }
      }
    }
  }

  private boolean isTried(int task, int[] prefix) {
    for (int i = 0; i < sleeping; i++) {
      if (sleep[i].task() == task && startsWith(sleep[i].data(), prefix)) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsWith(int[] data, int[] prefix) {
    return data.length >= prefix.length
        && Arrays.equals(data, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** The next alternative with the same task, which only its data set apart; or null. */
  WakeupTree nextWithOtherData(Step made) {
    if (otherData.isEmpty()) {
      return null;
    }
    int[] data = otherData.removeFirst();
    WakeupTree next =
        new WakeupTree(
            new Step(made.task(), made.object(), made.kind(), made.more(), made.flags(), data));
    next.free = true;
    return next;
  }

  /** What is to be tried next; null if all is done. */
  WakeupTree next() {
    return pending.isEmpty() ? null : pending.removeFirst();
  }
}
