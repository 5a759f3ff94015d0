package org.dmsim.explore;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * About how many runs an exhaustive search will make, judged before it starts by some runs by
 * chance (Knuth: Mathematics of Computation 29, 1975).
 *
 * <p>A run by chance multiplies the numbers of tasks that it could have gone on with. The mean of
 * these products tends to the number of interleavings. A Mazurkiewicz trace has as many
 * interleavings as the order of its steps has linear extensions, so each product is divided by that
 * number, which is itself judged by some extensions made by chance. Few runs of a large program
 * guess too low rather than too high.
 */
final class Estimate implements Strategy, Observer {

  private static final int MAX_RUNS = 1_000;
  private static final int MIN_RUNS = 10;
  private static final long MAX_STEPS = 10_000;
  private static final int MAX_EXTENSIONS = 128;
  private static final int EXTENSION_WORK = 150_000;
  private static final int CLOCK = 1;

  private final int preemptions;
  private final ObjectTable objects = new ObjectTable();
  private final Trace trace = new Trace();
  private boolean[] awaited = new boolean[64];
  private SplittableRandom random;
  private double logProduct;
  private int preempted;
  private boolean[] begun = new boolean[16];
  private Task beginning;
  private Task acting;
  private int[] touched = new int[16];
  private int touches;
  private int tasks;
  private int[] at = {};
  private int[] left = {};
  private int[] firstOf = {};
  private int[] stepsOf = {};
  private int[] nextOf = {};

  private Estimate(int preemptions) {
    this.preemptions = preemptions;
  }

  /** The number of runs, at least 1. Equal seeds give equal guesses. */
  static double of(Program program, Configuration configuration, int preemptions, long seed) {
    Estimate e = new Estimate(preemptions);
    SplittableRandom seeds = new SplittableRandom(seed);
    double sum = 0;
    long steps = 0;
    int runs = 0;
    while (runs < MIN_RUNS || (runs < MAX_RUNS && steps < MAX_STEPS)) {
      e.random = seeds.split();
      Machine m = new Machine(configuration, e);
      program.load(m);
      m.observe(e);
      steps += m.run().steps();
      sum += e.weight();
      runs++;
    }
    return Math.max(1, sum / runs);
  }

  @Override
  public boolean begin(Machine machine) {
    logProduct = 0;
    preempted = 0;
    Arrays.fill(begun, false);
    beginning = null;
    acting = null;
    touches = 0;
    trace.cut(0);
    return true;
  }

  @Override
  public Task next(Choice choice) {
    if (begun.length < choice.taskCount()) {
      begun = Arrays.copyOf(begun, choice.taskCount() * 2);
    }
    if (preemptions != Bounds.UNBOUNDED) {
      return nextWithinBound(choice);
    }
    endStep();
    Task next = fresh(choice);
    if (next != null) {
      return next;
    }
    int count = 0;
    for (int i = 1; i < choice.taskCount(); i++) {
      if (choice.isEnabled(choice.task(i)) && random.nextInt(++count) == 0) {
        next = choice.task(i);
      }
    }
    logProduct += Math.log(count);
    acting = next;
    touches = 0;
    return next;
  }

  /** A task that has not begun: its beginning is made together with its first step. */
  private Task fresh(Choice choice) {
    for (int i = 2; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      boolean isFresh = !begun[i] && t.pendingObject() == null;
      if (!isFresh || choice.isEnabled(t)) {
        begun[i] = true;
      }
      if (isFresh && begun[i]) {
        return t;
      }
    }
    return null;
  }

  /** Where the bound on preemptions allows it, every task is a branch; nothing is reduced. */
  private Task nextWithinBound(Choice choice) {
    Task current = choice.current();
    if (beginning != null && beginning == current && choice.isEnabled(current)) {
      beginning = null;
      return current;
    }
    boolean free = current == null || !choice.isEnabled(current);
    int count = 0;
    Task next = null;
    for (int i = 1; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      if (choice.isEnabled(t)
          && (free || t == current || preempted < preemptions)
          && random.nextInt(++count) == 0) {
        next = t;
      }
    }
    logProduct += Math.log(count);
    preempted += free || next == current ? 0 : 1;
    beginning = null;
    if (next.pendingObject() == null && !begun[next.index()]) {
      begun[next.index()] = true;
      beginning = next;
    }
    return next;
  }

  @Override
  public int nextInt(int bound) {
    logProduct += Math.log(bound);
    return random.nextInt(bound);
  }

  // ---- the order of the steps ------------------------------------------------------------------

  private void endStep() {
    if (acting != null) {
      int flags = acting.index() == CLOCK ? Step.GLOBAL : 0;
      int[] more = Arrays.copyOf(touched, touches);
      trace.push(new Step(acting.index(), -1, 0, more, flags, Step.NONE));
      acting = null;
    }
  }

  @Override
  public void step(Task task, Shared object, Access access) {
    touch(task, object, access);
  }

  @Override
  public void touch(Task task, Shared object, Access access) {
    if (object == null || acting == null) {
      return;
    }
    int n = objects.numberOf(object.id());
    boolean looked = access == Access.ADD && n < awaited.length && awaited[n];
    int kind = looked ? Access.WRITE.ordinal() : access.ordinal();
    for (int i = 0; i < touches; i += 2) {
      if (touched[i] == n) {
        touched[i + 1] = touched[i + 1] == kind ? kind : Access.WRITE.ordinal();
        return;
      }
    }
    if (touches + 2 > touched.length) {
      touched = Arrays.copyOf(touched, touches * 2);
    }
    touched[touches++] = n;
    touched[touches++] = kind;
  }

  @Override
  public void blocked(Task task, Blocker blocker) {
    int n = objects.numberOf(task.pendingObject().id());
    if (n >= awaited.length) {
      awaited = Arrays.copyOf(awaited, n * 2);
    }
    awaited[n] = true;
  }

  @Override
  public void spawned(Task maker, Task task) {
    if (acting != null) {
      touch(acting, task.index());
    }
  }

  /** A task's steps come after the one that started it. */
  private void touch(Task maker, int child) {
    if (preemptions == Bounds.UNBOUNDED && maker.index() != child) {
      endStep();
      trace.started(child);
    }
  }

  // ---- what a run tells ------------------------------------------------------------------------

  private double weight() {
    if (preemptions != Bounds.UNBOUNDED) {
      return Math.exp(logProduct);
    }
    endStep();
    listSteps();
    long work = (long) Math.max(1, trace.length()) * tasks * trace.words();
    int extensions = Math.clamp(EXTENSION_WORK / work, 1, MAX_EXTENSIONS);
    double sum = 1;
    double first = logExtensions();
    for (int i = 1; i < extensions; i++) {
      sum += Math.exp(logExtensions() - first);
    }
    return Math.exp(logProduct - first - Math.log(sum / extensions));
  }

  /**
   * Logarithm of a number whose mean is the number of linear extensions. A task that has many steps
   * left is taken more often, which would tell the number at once if no step depended on another.
   */
  private double logExtensions() {
    int n = trace.length();
    int words = trace.words();
    long[] made = new long[words];
    double log = 0;
    System.arraycopy(firstOf, 0, at, 0, tasks);
    System.arraycopy(stepsOf, 0, left, 0, tasks);
    for (int done = 0; done < n; done++) {
      int sum = 0;
      int task = -1;
      for (int t = 0; t < tasks; t++) {
        if (at[t] >= 0 && isReady(at[t], made, words)) {
          sum += left[t];
          task = random.nextInt(sum) < left[t] ? t : task;
        }
      }
      log += Math.log((double) sum / left[task]);
      int k = at[task];
      made[k >> 6] |= 1L << k;
      at[task] = nextOf[k];
      left[task]--;
    }
    return log;
  }

  /** The steps of each task, as a list. */
  private void listSteps() {
    int n = trace.length();
    tasks = begun.length;
    if (at.length < tasks) {
      at = new int[tasks];
      left = new int[tasks];
      firstOf = new int[tasks];
      stepsOf = new int[tasks];
    }
    nextOf = nextOf.length < n ? new int[n * 2] : nextOf;
    Arrays.fill(firstOf, -1);
    Arrays.fill(stepsOf, 0);
    for (int k = n - 1; k >= 0; k--) {
      int t = trace.step(k).task();
      nextOf[k] = firstOf[t];
      firstOf[t] = k;
      stepsOf[t]++;
    }
  }

  private boolean isReady(int k, long[] made, int words) {
    for (int i = 0; i < words; i++) {
      if ((trace.before(k, i) & ~made[i]) != 0) {
        return false;
      }
    }
    return true;
  }
}
