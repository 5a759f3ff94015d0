package org.dmsim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.dmsim.machine.Access;

/**
 * The steps of one run in order, and which of them happen before which. Grows and shrinks at its
 * end, as a search goes down and up again.
 *
 * <p>The steps that happen before step k are row k of a bit matrix. Accesses to one object form a
 * chain, newest first, so that a new step finds what it depends on without looking at the others.
 */
final class Trace {

  private static final int WRITE = Access.WRITE.ordinal();
  private static final int AFTER = Access.AFTER.ordinal();

  private int length;
  private int words = 1;
  private Step[] steps = new Step[64];
  private long[] before = new long[64];
  private long[] races = new long[64];
  private int[] previous = new int[64];
  private int[] previousGlobal = new int[64];
  private int[] firstRecord = new int[65];
  private int lastGlobal = -1;

  private int[] lastOf = new int[64];
  private int[] head = new int[64];
  private int[] recordStep = new int[128];
  private int[] recordKind = new int[128];
  private int[] recordObject = new int[128];
  private int[] recordNext = new int[128];
  private int records;

  private int[] childTask = new int[8];
  private int[] childFrom = new int[8];
  private int children;

  private long[] direct = new long[1];
  private long[] covered = new long[1];

  Trace() {
    Arrays.fill(lastOf, -1);
    Arrays.fill(head, -1);
  }

  int length() {
    return length;
  }

  /** Words of 64 bits in a row. */
  int words() {
    return words;
  }

  Step step(int k) {
    return steps[k];
  }

  /** The step of the same task before step k, or -1. */
  int previous(int k) {
    return previous[k];
  }

  /** A task's last step, or the one that started it; -1 if it was there from the beginning. */
  int lastOf(int task) {
    return task < lastOf.length ? lastOf[task] : -1;
  }

  /** Whether step i happens before step k. */
  boolean isBefore(int i, int k) {
    return (before[k * words + (i >> 6)] >>> i & 1) != 0;
  }

  /** A word of the row of steps that happen before step k. */
  long before(int k, int word) {
    return before[k * words + word];
  }

  /** A word of the row of steps that are in a race with step k: its order with them is free. */
  long races(int k, int word) {
    return races[k * words + word];
  }

  /** The newest access to an object, or -1. */
  int newest(int object) {
    return object < head.length ? head[object] : -1;
  }

  int older(int record) {
    return recordNext[record];
  }

  int stepOf(int record) {
    return recordStep[record];
  }

  int kindOf(int record) {
    return recordKind[record];
  }

  /** The last step that comes after all and before all, or -1. */
  int lastGlobal() {
    return lastGlobal;
  }

  void push(Step s) {
    int k = length;
    if (k == steps.length) {
      growSteps();
    }
    if (k == words * 64) {
      widen();
    }
    int w = words;
    int row = k * w;
    Arrays.fill(before, row, row + w, 0);
    Arrays.fill(direct, 0, w, 0);
    Arrays.fill(covered, 0, w, 0);
    int task = s.task();
    room(task);
    int p = lastOf[task];
    if (p >= 0) {
      cover(p);
      covered[p >> 6] |= 1L << p;
    }
    if (s.is(Step.GLOBAL)) {
      for (int i = 0; i < k; i++) {
        direct[i >> 6] |= 1L << i;
        cover(i);
      }
    } else {
      if (lastGlobal >= 0) {
        direct[lastGlobal >> 6] |= 1L << lastGlobal;
        cover(lastGlobal);
      }
      if (s.object() >= 0) {
        conflicts(s.object(), s.kind());
      }
      int[] more = s.more();
      for (int i = 0; i < more.length; i += 2) {
        conflicts(more[i], more[i + 1]);
      }
    }
    for (int i = 0; i < w; i++) {
      before[row + i] = covered[i] | direct[i];
      races[row + i] = direct[i] & ~covered[i];
    }
    steps[k] = s;
    previous[k] = p;
    previousGlobal[k] = lastGlobal;
    lastOf[task] = k;
    if (s.is(Step.GLOBAL)) {
      lastGlobal = k;
    }
    firstRecord[k] = records;
    if (s.object() >= 0) {
      record(k, s.object(), s.kind());
    }
    int[] more = s.more();
    for (int i = 0; i < more.length; i += 2) {
      record(k, more[i], more[i + 1]);
    }
    length = k + 1;
  }

  /** Says that the last step started a task, whose own steps come after it. */
  void started(int task) {
    if (children == childTask.length) {
      childTask = Arrays.copyOf(childTask, children * 2);
      childFrom = Arrays.copyOf(childFrom, children * 2);
    }
    childTask[children] = task;
    childFrom[children++] = length - 1;
    room(task);
    lastOf[task] = length - 1;
  }

  /** Tasks started by one step. */
  int[] startedBy(int k) {
    int end = children;
    while (end > 0 && childFrom[end - 1] > k) {
      end--;
    }
    int first = end;
    while (first > 0 && childFrom[first - 1] == k) {
      first--;
    }
    return first == end ? Step.NONE : Arrays.copyOfRange(childTask, first, end);
  }

  /** The steps so far. */
  List<Step> steps() {
    return IntStream.range(0, length).mapToObj(this::step).toList();
  }

  /** Tasks started by the steps so far: each with the number of the step. */
  List<Integer> births() {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < children; i++) {
      all.add(childTask[i]);
      all.add(childFrom[i]);
    }
    return all;
  }

  /** The same steps in a trace that holds none. */
  void restore(List<Step> all, List<Integer> births) {
    int next = 0;
    for (Step s : all) {
      push(s);
      for (; next < births.size() && births.get(next + 1) == length - 1; next += 2) {
        started(births.get(next));
      }
    }
  }

  private void room(int task) {
    if (task >= lastOf.length) {
      int n = lastOf.length;
      lastOf = Arrays.copyOf(lastOf, Math.max(task + 1, n * 2));
      Arrays.fill(lastOf, n, lastOf.length, -1);
    }
  }

  private void cover(int i) {
    int row = i * words;
    for (int j = 0; j < words; j++) {
      covered[j] |= before[row + j];
    }
  }

  private void conflicts(int object, int kind) {
    if (object >= head.length) {
      return;
    }
    if (kind == AFTER) {
      follows(object);
      return;
    }
    for (int r = head[object]; r >= 0; r = recordNext[r]) {
      if (Step.conflict(kind, recordKind[r])) {
        int i = recordStep[r];
        direct[i >> 6] |= 1L << i;
        cover(i);
        if (recordKind[r] == WRITE) {
          return; // it comes after whatever is older
        }
      }
    }
  }

  /** Comes behind what touched the object, which is no race: it cannot be the other way round. */
  private void follows(int object) {
    for (int r = head[object]; r >= 0; r = recordNext[r]) {
      int i = recordStep[r];
      cover(i);
      covered[i >> 6] |= 1L << i;
    }
  }

  private void record(int k, int object, int kind) {
    if (object >= head.length) {
      int n = head.length;
      head = Arrays.copyOf(head, Math.max(object + 1, n * 2));
      Arrays.fill(head, n, head.length, -1);
    }
    int r = records++;
    if (r == recordStep.length) {
      recordStep = Arrays.copyOf(recordStep, r * 2);
      recordKind = Arrays.copyOf(recordKind, r * 2);
      recordObject = Arrays.copyOf(recordObject, r * 2);
      recordNext = Arrays.copyOf(recordNext, r * 2);
    }
    recordStep[r] = k;
    recordKind[r] = kind;
    recordObject[r] = object;
    recordNext[r] = head[object];
    head[object] = r;
  }

  /** Forgets all steps from number {@code n} on. */
  void cut(int n) {
    for (int k = length - 1; k >= n; k--) {
      int first = firstRecord[k];
      while (records > first) {
        records--;
        head[recordObject[records]] = recordNext[records];
      }
      lastOf[steps[k].task()] = previous[k];
      lastGlobal = previousGlobal[k];
    }
    while (children > 0 && childFrom[children - 1] >= n) {
      lastOf[childTask[--children]] = -1;
    }
    length = Math.min(length, n);
  }

  private void growSteps() {
    int n = steps.length * 2;
    steps = Arrays.copyOf(steps, n);
    previous = Arrays.copyOf(previous, n);
    previousGlobal = Arrays.copyOf(previousGlobal, n);
    firstRecord = Arrays.copyOf(firstRecord, n + 1);
    before = Arrays.copyOf(before, n * words);
    races = Arrays.copyOf(races, n * words);
  }

  private void widen() {
    int w = words * 2;
    long[] wideBefore = new long[steps.length * w];
    long[] wideRaces = new long[steps.length * w];
    for (int k = 0; k < length; k++) {
      System.arraycopy(before, k * words, wideBefore, k * w, words);
      System.arraycopy(races, k * words, wideRaces, k * w, words);
    }
    before = wideBefore;
    races = wideRaces;
    direct = new long[w];
    covered = new long[w];
    words = w;
  }
}
