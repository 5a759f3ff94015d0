package org.dmsim.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.dmsim.machine.Access;

/**
 * Finds the steps of a run whose order could have been the other way round, and notes how to get
 * there.
 *
 * <p>Two steps without a guard are in a race if they depend on each other directly and through
 * nothing else. A step with a guard (a wait) can come before another one only where its guard held
 * there: taking a lock is not in a race with the release that let it, but with the holder's taking
 * it. So the search for its race goes back until the guard holds. The same is done for waits that
 * the run never saw come true.
 *
 * <p>Additions to what somebody waits for commute, so they have no order in which to go back: the
 * guard may hold before some of them and behind the others, whichever they are. So sets of them are
 * tried, small ones first.
 */
final class Races {

  private static final Step TIME_PASSES =
      new Step(Node.CLOCK_TASK, -1, 0, Step.NONE, Step.GLOBAL | Step.GUARDED, Step.NONE);

  /** Looks ahead. */
  interface Lookout {
    /** As {@link Probe#isPossible}. */
    boolean isPossible(int kept, Step[] more, Step last);
  }

  private static final int AFTER = Access.AFTER.ordinal();
  private static final int ADD = Access.ADD.ordinal();

  private final Path path;
  private final Trace trace;
  private final Learned learned;
  private final Lookout lookout;

  /** Counts what runs are for; null where nobody wants to know. */
  private Meetings meetings;

  private long[] keep = new long[1];
  private long[] conflicting = new long[1];
  private long[] done = new long[1];
  private Step[] sequence = new Step[64];
  private int[] stepOf = new int[64];
  private int kept;
  private int[] firstOf = new int[64];
  private int[] firstStamp = new int[64];
  private int stamp;

  // The steps behind which a step came in the run, and is to come before now; the oldest first.
  private int[] late = new int[4];
  private int lates;

  private Held[] held = new Held[64];
  private int floor = -1;

  /**
   * Races of one step that were held back by a step that could come first. What comes after the two
   * steps of the race may yet keep that step from coming first.
   */
  private static final class Held {
    private int[][] early = new int[4][];
    private Step[] by = new Step[4];
    private int count;

    void add(int[] e, Step sleeper) {
      if (count == early.length) {
        early = Arrays.copyOf(early, count * 2);
        by = Arrays.copyOf(by, count * 2);
      }
      early[count] = e;
      by[count++] = sleeper;
    }

    void remove(int i) {
      count--;
      early[i] = early[count];
      by[i] = by[count];
    }
  }

  Races(Path path, Learned learned, Lookout lookout) {
    this.path = path;
    this.trace = path.trace;
    this.learned = learned;
    this.lookout = lookout;
  }

  /** Has it counted what runs are for. */
  void count(Meetings m) {
    meetings = m;
  }

  /** Writes the points of the search down, each with the races that are held back there. */
  void save(PlannedSteps planned, List<Frontier.Point> points) {
    int length = trace.length();
    for (int d = 0; d < length; d++) {
      points.add(path.node(d).save(false, held(d), planned.numbers(heldBy(d)), planned));
    }
    if (path.node(length) != null) {
      points.add(path.node(length).save(true, Step.NONE, Step.NONE, planned));
    }
  }

  /** Of the races of step k that are held back: before how many steps it was to come, and which. */
  private int[] held(int k) {
    if (k >= held.length || held[k] == null) {
      return Step.NONE;
    }
    IntStream.Builder all = IntStream.builder();
    for (int i = 0; i < held[k].count; i++) {
      all.add(held[k].early[i].length);
      Arrays.stream(held[k].early[i]).forEach(all::add);
    }
    return all.build().toArray();
  }

  /** The steps that hold them back. */
  private List<Step> heldBy(int k) {
    return k >= held.length || held[k] == null
        ? List.of()
        : List.of(Arrays.copyOf(held[k].by, held[k].count));
  }

  void restore(int k, int[] early, List<Step> by) {
    if (k >= held.length) {
      held = Arrays.copyOf(held, Math.max(k + 1, held.length * 2));
    }
    held[k] = new Held();
    int at = 0;
    for (Step sleeper : by) {
      int count = early[at++];
      held[k].add(Arrays.copyOfRange(early, at, at + count), sleeper);
      at += count;
    }
  }

  /**
   * Stands at a point of another search, and knows of no race so far. Of races that lead to that
   * point or above it no note is taken; they are that search's.
   */
  void standAt(int depth) {
    floor = depth;
    for (int k = 0; k < depth; k++) {
      restore(k, Step.NONE, List.of());
    }
  }

  /**
   * Looks at a run, of which the steps that are {@linkplain Path#kept kept} have been looked at.
   *
   * @param neverMade the steps that tasks which wait at its end did not come to make
   */
  void detect(List<Step> neverMade) {
    int from = path.kept();
    int w = trace.words();
    if (keep.length < w) {
      keep = new long[w];
      conflicting = new long[w];
      done = new long[w];
    }
    if (held.length < trace.length()) {
      held = Arrays.copyOf(held, trace.length() * 2);
    }
    for (int k = 0; k < from; k++) {
      Held h = held[k];
      for (int i = h.count - 1; i >= 0; i--) {
        late = h.early[i].length > late.length ? new int[h.early[i].length] : late;
        lates = h.early[i].length;
        System.arraycopy(h.early[i], 0, late, 0, lates);
        if (!stillFirst(h.by[i], k)) {
          h.remove(i);
          reverse(k, trace.step(k));
        }
      }
    }
    for (int k = from; k < trace.length(); k++) {
      if (held[k] == null) {
        held[k] = new Held();
      }
      held[k].count = 0;
      Step s = trace.step(k);
      if (s.is(Step.GUARDED)) {
        guarded(k, s, trace.previous(k), k - 1);
        continue;
      }
      for (int i = 0; i < w; i++) {
        for (long bits = trace.races(k, i); bits != 0; bits &= bits - 1) {
          int e = (i << 6) + Long.numberOfTrailingZeros(bits);
          reverse(e, k, s);
        }
      }
    }
    if (learned.anyAlarms()) {
      alarmsThatNeverWentOff();
    }
    for (Step s : neverMade) {
      guarded(-1, s, trace.lastOf(s.task()), trace.length() - 1);
    }
  }

  /**
   * An alarm that could have gone off before a step, and no longer can after it: the step has taken
   * it back. It is a step that was never made, like that of a task which waits for ever.
   */
  private void alarmsThatNeverWentOff() {
    int before = -1;
    for (int d = 0; d < trace.length(); d++) {
      if (trace.step(d).is(Step.GLOBAL)) {
        before = d;
      } else if (couldTimePass(d) && (d + 1 == trace.length() || !couldTimePass(d + 1))) {
        guarded(-1, TIME_PASSES, before, d);
      }
    }
  }

  private boolean couldTimePass(int d) {
    return trace.step(d).is(Step.GLOBAL) || (path.node(d).able & Node.CLOCK) != 0;
  }

  /** Whether a step that could come first still can, after a run with another end. */
  private boolean stillFirst(Step s, int k) {
    if (s.is(Step.GLOBAL) || trace.lastGlobal() > late[0]) {
      return false;
    }
    if (s.object() >= 0 && !noneKept(s.object(), s.kind(), k, s.task())) {
      return false;
    }
    for (int i = 0; i < s.more().length; i += 2) {
      if (!noneKept(s.more()[i], s.more()[i + 1], k, s.task())) {
        return false;
      }
    }
    return true;
  }

  private boolean noneKept(int object, int kind, int k, int task) {
    for (int r = trace.newest(object); r >= 0; r = trace.older(r)) {
      int j = trace.stepOf(r);
      if (j <= late[0]) {
        return true;
      }
      if (j != k
          && Step.conflict(kind, trace.kindOf(r))
          && trace.step(j).task() != task
          && !comesLate(j)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Looks at a step with a guard.
   *
   * @param k the step's number, or -1 if it was never made
   * @param previous the step before it that its task made, or -1
   * @param last it is tried before this step and those that came earlier
   */
  private void guarded(int k, Step s, int previous, int last) {
    int w = trace.words();
    Arrays.fill(conflicting, 0);
    Arrays.fill(done, 0);
    int end = k < 0 ? trace.length() : k;
    if (s.is(Step.GLOBAL)) {
      for (int i = 0; i < end; i++) {
        conflicting[i >> 6] |= 1L << i;
      }
    } else {
      collect(s.object(), s.kind(), end);
      for (int i = 0; i < s.more().length; i += 2) {
        collect(s.more()[i], s.more()[i + 1], end);
      }
    }
    if (previous >= 0) {
      done[previous >> 6] |= 1L << previous;
      for (int i = 0; i < w; i++) {
        done[i] |= trace.before(previous, i);
      }
    }
    comesBehind(s, end);
    if (additionsMeet(s, last)) {
      inSets(k, s, previous, last);
      return;
    }
    for (int i = w - 1; i >= 0; i--) {
      for (long bits = conflicting[i]; bits != 0; ) {
        int bit = 63 - Long.numberOfLeadingZeros(bits);
        bits &= ~(1L << bit);
        int e = (i << 6) + bit;
        if (e <= last && (done[i] >>> bit & 1) == 0 && holdsBefore(e, k, s, previous)) {
          reverse(k, s);
          for (int j = 0; j < w; j++) {
            done[j] |= trace.before(e, j);
          }
        }
      }
    }
  }

  /** What a step can only come behind is in no race with it. */
  private void comesBehind(Step s, int end) {
    for (int m = 0; m < s.more().length; m += 2) {
      if (s.more()[m + 1] == AFTER) {
        for (int r = trace.newest(s.more()[m]); r >= 0; r = trace.older(r)) {
          int e = trace.stepOf(r);
          if (e < end) {
            done[e >> 6] |= 1L << e;
            for (int i = 0; i < trace.words(); i++) {
              done[i] |= trace.before(e, i);
            }
          }
        }
      }
    }
  }

  private void collect(int object, int kind, int end) {
    if (object < 0) {
      return;
    }
    for (int r = trace.newest(object); r >= 0; r = trace.older(r)) {
      int e = trace.stepOf(r);
      if (e < end && Step.conflict(kind, trace.kindOf(r))) {
        conflicting[e >> 6] |= 1L << e;
      }
    }
  }

  /** Whether the guard of a step holds where step e and what depends on it is not made. */
  private boolean holdsBefore(int e, int k, Step s, int previous) {
    late[0] = e;
    lates = 1;
    return holds(k, s, previous);
  }

  private boolean holds(int k, Step s, int previous) {
    int e = late[0];
    collectKept(k);
    boolean alone = nothingElseIsKept(e);
    byte ready = alone ? readiness(e, s, previous) : Node.UNKNOWN;
    if (ready == Node.UNKNOWN) {
      Step[] steps = Arrays.copyOf(sequence, kept);
      ready = lookout.isPossible(e, steps, s) ? Node.YES : Node.NO;
    }
    return ready == Node.YES;
  }

  /** Whether all later steps that could change the guard fall away together with step e. */
  private boolean nothingElseIsKept(int e) {
    int first = e >> 6;
    for (int i = first; i < trace.words(); i++) {
      for (long bits = conflicting[i] & keep[i]; bits != 0; bits &= bits - 1) {
        return false;
      }
    }
    return true;
  }

  private byte readiness(int e, Step s, int previous) {
    Node n = path.node(e);
    if (s.task() < 64 && previous < e && (n.waiting >>> s.task() & 1) != 0) {
      return (n.able >>> s.task() & 1) != 0 ? Node.YES : Node.NO;
    }
    if (s.is(Step.SELF_GUARDED) && trace.step(e).object() == s.object()) {
      return learned.cpuLevel() > 0 && n.ready == Node.YES ? Node.UNKNOWN : n.ready;
    }
    return Node.UNKNOWN;
  }

  // ---- a guard and additions -------------------------------------------------------------------

  /** Whether what a guard waits for was added to by steps that have no order. */
  private boolean additionsMeet(Step s, int last) {
    boolean meet = isAwaited(s.object()) && additionsMeet(s.object(), last);
    for (int i = 0; i < s.more().length && !meet; i += 2) {
      meet = isAwaited(s.more()[i]) && additionsMeet(s.more()[i], last);
    }
    return meet;
  }

  private boolean isAwaited(int object) {
    return object >= 0 && learned.isAwaited(object);
  }

  private boolean additionsMeet(int object, int last) {
    for (int r = trace.newest(object); r >= 0; r = trace.older(r)) {
      if (isOpen(r, last)) {
        for (int o = trace.older(r); o >= 0; o = trace.older(o)) {
          if (isOpen(o, last) && !trace.isBefore(trace.stepOf(o), trace.stepOf(r))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean isOpen(int record, int last) {
    int e = trace.stepOf(record);
    return trace.kindOf(record) == ADD && e <= last && isOpen(e);
  }

  private boolean isOpen(int e) {
    return (conflicting[e >> 6] & ~done[e >> 6] & 1L << e) != 0;
  }

  /**
   * Looks for the smallest sets of steps before which the guard holds. Where it holds before a set,
   * larger ones are for the runs that come of it.
   */
  private void inSets(int k, Step s, int previous, int last) {
    List<Integer> open = new ArrayList<>();
    for (int e = 0; e <= last; e++) {
      if (isOpen(e)) {
        open.add(e);
      }
    }
    Set<BitSet> seen = new HashSet<>();
    List<BitSet> found = new ArrayList<>();
    Deque<BitSet> left = new ArrayDeque<>(List.of(new BitSet()));
    while (!left.isEmpty()) {
      BitSet set = left.removeFirst();
      for (int i = open.size() - 1; i >= 0; i--) {
        BitSet more = with(set, i, open);
        if (more == null || !seen.add(more) || found.stream().anyMatch(f -> isWithin(f, more))) {
          continue;
        }
        if (seen.size() > learned.mostSets) {
          order(s);
          return;
        }
        comeLate(more, open);
        if (holds(k, s, previous)) {
          found.add(more);
          reverse(k, s);
        } else {
          left.addLast(more);
        }
      }
    }
  }

  /** A set with one more of the open steps, behind which only steps of the set come; else null. */
  private BitSet with(BitSet set, int i, List<Integer> open) {
    if (set.get(i)) {
      return null;
    }
    for (int j = i + 1; j < open.size(); j++) {
      if (!set.get(j) && trace.isBefore(open.get(i), open.get(j))) {
        return null;
      }
    }
    BitSet more = (BitSet) set.clone();
    more.set(i);
    return more;
  }

  private static boolean isWithin(BitSet small, BitSet large) {
    BitSet rest = (BitSet) small.clone();
    rest.andNot(large);
    return rest.isEmpty();
  }

  private void comeLate(BitSet set, List<Integer> open) {
    lates = 0;
    for (int i = set.nextSetBit(0); i >= 0; i = set.nextSetBit(i + 1)) {
      int e = open.get(i);
      if (!comesLate(e)) {
        late = lates == late.length ? Arrays.copyOf(late, lates * 2) : late;
        late[lates++] = e;
      }
    }
  }

  private void order(Step s) {
    if (isAwaited(s.object())) {
      learned.orderAdditions(s.object());
    }
    for (int i = 0; i < s.more().length; i += 2) {
      if (isAwaited(s.more()[i])) {
        learned.orderAdditions(s.more()[i]);
      }
    }
  }

  // ---- the sequence that leads there -----------------------------------------------------------

  /** Whether a step is one of those that are to come late, or depends on one. */
  private boolean comesLate(int j) {
    for (int i = 0; i < lates; i++) {
      if (j == late[i] || (j > late[i] && trace.isBefore(late[i], j))) {
        return true;
      }
    }
    return false;
  }

  /** What comes in the run after the steps that are to come late, and may stay; not step k. */
  private void collectKept(int k) {
    int length = trace.length();
    Arrays.fill(keep, 0);
    kept = 0;
    stamp++;
    if (sequence.length <= length) {
      sequence = new Step[length * 2];
      stepOf = new int[length * 2];
    }
    for (int j = late[0] + 1; j < length; j++) {
      if (j != k && !comesLate(j)) {
        keep[j >> 6] |= 1L << j;
        Step s = trace.step(j);
        stepOf[kept] = j;
        sequence[kept++] = s;
        int t = s.task();
        if (t >= firstOf.length) {
          firstOf = Arrays.copyOf(firstOf, t * 2);
          firstStamp = Arrays.copyOf(firstStamp, t * 2);
        }
        if (firstStamp[t] != stamp) {
          firstStamp[t] = stamp;
          firstOf[t] = kept - 1;
        }
      }
    }
  }

  private void reverse(int e, int k, Step s) {
    late[0] = e;
    lates = 1;
    reverse(k, s);
  }

  /** Notes the sequence that makes step k before late ones, unless its runs are seen already. */
  private void reverse(int k, Step s) {
    int e = late[0];
    if (e <= floor) {
      return;
    }
    Node n = path.node(e);
    collectKept(k);
    sequence[kept] = s;
    for (int i = 0; i < n.sleeping; i++) {
      if (couldComeFirst(n.sleep[i], s) && hasData(n.sleep[i], s)) {
        hold(k, s, n.sleep[i]);
        return;
      }
    }
    int all = kept + 1;
    for (int i = 0; i < n.pending.size(); i++) {
      WakeupTree branch = n.pending.get(i);
      if (couldComeFirst(branch.step, s) && hasData(branch.step, s)) {
        hold(k, s, branch.step);
        if (!branch.isLeaf()) {
          int at = positionOf(branch.step, s);
          if (at >= 0) {
            System.arraycopy(sequence, at + 1, sequence, at, all - at - 1);
            all--;
          }
          if (branch.insert(sequence, all)) {
            asked(e, s);
          }
        }
        return;
      }
    }
    n.pending.add(new WakeupTree(sequence, 0, all));
    asked(e, s);
    if (kept > 0) {
      hold(k, s, sequence[0]);
    }
  }

  private void asked(int e, Step s) {
    if (meetings != null) {
      meetings.add(trace.step(e), s);
    }
  }

  /** Where in the sequence a step stands; -1 if nowhere. */
  private int positionOf(Step first, Step last) {
    int t = first.task();
    if (t < firstStamp.length && firstStamp[t] == stamp) {
      return firstOf[t];
    }
    return t == last.task() ? kept : -1;
  }

  private boolean hasData(Step first, Step last) {
    int at = positionOf(first, last);
    return at < 0 || Arrays.equals(sequence[at].data(), first.data());
  }

  /** Notes which step decided, if a run with another end could decide otherwise. */
  private void hold(int k, Step last, Step first) {
    int at = positionOf(first, last);
    boolean stays = at >= 0 && (at == kept || stepOf[at] < k);
    if (k >= 0 && !stays) {
      held[k].add(Arrays.copyOf(late, lates), first);
    }
  }

  /** Whether a sleeping step could come before the sequence, so that its runs are seen already. */
  private boolean couldComeFirst(Step sleeper, Step last) {
    int t = sleeper.task();
    if (t < firstStamp.length && firstStamp[t] == stamp) {
      int first = stepOf[firstOf[t]];
      for (int i = 0; i < trace.words(); i++) {
        if ((trace.before(first, i) & keep[i]) != 0) {
          return false;
        }
      }
      return true;
    }
    if (dependsOnKept(sleeper)) {
      return false;
    }
    return t == last.task() || !sleeper.dependsOn(last);
  }

  private boolean dependsOnKept(Step s) {
    int g = trace.lastGlobal();
    if (g >= 0 && (keep[g >> 6] >>> g & 1) != 0) {
      return true;
    }
    if (s.is(Step.GLOBAL)) {
      return kept > 0;
    }
    if (s.object() >= 0 && hasKept(s.object(), s.kind())) {
      return true;
    }
    for (int i = 0; i < s.more().length; i += 2) {
      if (hasKept(s.more()[i], s.more()[i + 1])) {
        return true;
      }
    }
    return false;
  }

  private boolean hasKept(int object, int kind) {
    for (int r = trace.newest(object); r >= 0; r = trace.older(r)) {
      int e = trace.stepOf(r);
      if ((keep[e >> 6] >>> e & 1) != 0 && Step.conflict(kind, trace.kindOf(r))) {
        return true;
      }
    }
    return false;
  }
}
