package org.dmsim.explore;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Choice;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Strategy;
import org.dmsim.machine.Task;

/**
 * Runs by chance, and what each says of how many traces there are.
 *
 * <p>Steps that are in no race come as soon as they can, in one order: taking others first would
 * lead to the same traces. Which steps these are is learnt from run to run. A step is known by its
 * task, its object and what it does to that, and by whether the object's guard held before it: so
 * taking a lock may be in races where giving it back is in none.
 */
final class Walk implements Strategy, Observer {

  private static final int REMEMBERED = 64;
  private static final int NO_OBJECT = -2;

  // whether the guard of an object held before a step
  private static final byte UNGUARDED = 0;
  private static final byte SHUT = 1;
  private static final byte OPEN = 2;

  private final Program program;
  private final Configuration configuration;
  private final SplittableRandom random;

  // what is learnt
  private final Learned learned = new Learned(new ObjectTable());
  private final ObjectTable kinds = new ObjectTable();
  private boolean[] racy = new boolean[64];
  private boolean learnt;
  private int[][] lengths = new int[16][];
  private int remembered;
  private long steps;
  private boolean cut;

  // the run
  private final Trace trace = new Trace();
  private double logProduct;
  private final Fresh fresh = new Fresh();
  private final Footprint footprint = new Footprint(learned);
  private int[] made = new int[16];
  private Task acting;

  // its steps
  private int[] kindOf = new int[64];
  private long[] objectOf = new long[64];
  private long[] enabled = new long[64];
  private byte[] ready = new byte[64];
  private boolean[] guarded = new boolean[64];

  Walk(Program program, Configuration configuration, SplittableRandom random) {
    this.program = program;
    this.configuration = configuration;
    this.random = random;
  }

  /**
   * Makes a run.
   *
   * @return one by its probability and by the number of runs of its trace; its mean is the number
   *     of traces
   */
  double make() {
    Machine m = new Machine(configuration, this);
    program.load(m);
    m.observe(this);
    Outcome outcome = m.run();
    steps += outcome.steps();
    cut = outcome.end() == Outcome.End.STEP_LIMIT;
    endStep();
    double weight = Math.exp(logProduct - orders().logCount(random));
    learnt = false;
    findRaces();
    remembered = learnt ? 0 : remembered;
    remember();
    return weight;
  }

  /** Scheduling points of all runs. */
  long steps() {
    return steps;
  }

  /** Whether the last run came to no end. */
  boolean wasCut() {
    return cut;
  }

  /** Whether the last run showed races of which was not known; then all before it guess too low. */
  boolean hasLearnt() {
    return learnt;
  }

  @Override
  public boolean begin(Machine machine) {
    logProduct = 0;
    fresh.begin();
    Arrays.fill(made, 0);
    acting = null;
    footprint.clear();
    trace.cut(0);
    return true;
  }

  @Override
  public Task next(Choice choice) {
    if (made.length < choice.taskCount()) {
      made = Arrays.copyOf(made, choice.taskCount() * 2);
    }
    endStep();
    Task next = fresh(choice);
    if (next != null) {
      return next;
    }
    long able = 0;
    int locals = 0;
    double sum = 0;
    double its = 0;
    for (int i = Node.CLOCK_TASK; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      if (choice.isEnabled(t)) {
        able |= i < 64 ? 1L << i : 0;
        int kind = kind(t);
        if (!racy[kind]) {
          next = random.nextInt(++locals) == 0 ? t : next;
        } else if (locals == 0) {
          double left = left(i);
          sum += left;
          if (random.nextDouble() * sum < left) {
            next = t;
            its = left;
          }
        }
      }
    }
    if (locals == 0) {
      logProduct += Math.log(sum / its);
      made[next.index()]++;
    }
    note(next, able);
    return next;
  }

  @Override
  public int nextInt(int bound) {
    logProduct += Math.log(bound);
    return random.nextInt(bound);
  }

  /** A task that has not begun: its beginning is made together with its first step. */
  private Task fresh(Choice choice) {
    for (int i = Node.CLOCK_TASK + 1; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      boolean begins = fresh.is(t);
      if (!begins || choice.isEnabled(t)) {
        fresh.mark(t);
      }
      if (begins && !fresh.is(t)) {
        return t;
      }
    }
    return null;
  }

  /**
   * How many steps in races a task has left, as runs before tell. If tasks are taken in proportion
   * to that, each interleaving is about as probable as any other.
   */
  private double left(int task) {
    int count = 1;
    int sum = 1;
    if (task < lengths.length && lengths[task] != null) {
      for (int i = 0; i < Math.min(remembered, REMEMBERED); i++) {
        if (lengths[task][i] > made[task]) {
          sum += lengths[task][i] - made[task];
          count++;
        }
      }
    }
    return (double) sum / count;
  }

  private void remember() {
    if (lengths.length < made.length) {
      lengths = Arrays.copyOf(lengths, made.length);
    }
    for (int t = 0; t < made.length; t++) {
      if (lengths[t] == null) {
        lengths[t] = new int[REMEMBERED];
      }
      lengths[t][remembered % REMEMBERED] = 0;
    }
    for (int k = 0; k < trace.length(); k++) {
      lengths[trace.step(k).task()][remembered % REMEMBERED] += racy[kindOf[k]] ? 1 : 0;
    }
    remembered++;
  }

  // ---- steps -----------------------------------------------------------------------------------

  private void note(Task next, long able) {
    int k = trace.length();
    if (k == kindOf.length) {
      kindOf = Arrays.copyOf(kindOf, k * 2);
      objectOf = Arrays.copyOf(objectOf, k * 2);
      enabled = Arrays.copyOf(enabled, k * 2);
      ready = Arrays.copyOf(ready, k * 2);
      guarded = Arrays.copyOf(guarded, k * 2);
    }
    kindOf[k] = kind(next);
    objectOf[k] = next.pendingObject() == null ? NO_OBJECT : next.pendingObject().id();
    enabled[k] = able;
    ready[k] = readiness(next);
    guarded[k] = next.blocker() != null;
    acting = next;
    footprint.clear();
  }

  /** Whether the guard of the object that a task is to touch holds. */
  private static byte readiness(Task t) {
    return t.pendingObject() instanceof Blocker b ? b.ready() ? OPEN : SHUT : UNGUARDED;
  }

  private int kind(Task t) {
    Shared object = t.pendingObject();
    long id = object == null ? NO_OBJECT : object.id();
    int access = object == null ? 0 : t.pendingAccess().ordinal();
    long what = (id * 31 + t.index()) * 0x9e3779b97f4a7c15L + access * 4 + readiness(t);
    int n = kinds.numberOf(what);
    if (n >= racy.length) {
      racy = Arrays.copyOf(racy, n * 2);
    }
    return n;
  }

  private void endStep() {
    if (acting != null) {
      int flags = acting.index() == Node.CLOCK_TASK ? Step.GLOBAL : 0;
      trace.push(footprint.step(acting.index(), flags, Step.NONE, 0));
      acting = null;
    }
  }

  @Override
  public void step(Task task, Shared object, Access access) {
    touch(task, object, access);
  }

  @Override
  public void touch(Task task, Shared object, Access access) {
    if (object != null && acting != null) {
      footprint.touch(learned.objects.numberOf(object.id()), access.ordinal(), false);
    }
  }

  @Override
  public void blocked(Task task, Blocker blocker) {
    learned.await(learned.objects.numberOf(task.pendingObject().id()));
  }

  /** A task's steps come after the one that started it. */
  @Override
  public void spawned(Task maker, Task task) {
    if (acting != null && acting.index() != task.index()) {
      endStep();
      trace.started(task.index());
    }
  }

  // ---- races -----------------------------------------------------------------------------------

  private void findRaces() {
    for (int k = 0; k < trace.length(); k++) {
      for (int i = 0; i < trace.words(); i++) {
        for (long bits = trace.races(k, i); bits != 0; bits &= bits - 1) {
          race((i << 6) + Long.numberOfTrailingZeros(bits), k);
        }
      }
    }
  }

  /** A step is in a race with the last one before which it could have been made. */
  private void race(int e, int k) {
    Step s = trace.step(k);
    int previous = trace.previous(k);
    for (int j = e; j >= 0; j--) {
      boolean inOrder = j == previous || (previous >= 0 && trace.isBefore(j, previous));
      if (!inOrder
          && trace.step(j).task() != s.task()
          && trace.step(j).dependsOn(s)
          && couldBeMade(k, j, previous)) {
        learn(kindOf[j]);
        learn(kindOf[k]);
        return;
      }
    }
  }

  /** Whether step k could have been made before step j, after its task had made another one. */
  private boolean couldBeMade(int k, int j, int previous) {
    int t = trace.step(k).task();
    if (previous < j) {
      return t >= 64 || (enabled[j] >>> t & 1) != 0;
    }
    return !guarded[k] || objectOf[j] != objectOf[k] || ready[j] != SHUT;
  }

  private void learn(int kind) {
    if (!racy[kind]) {
      racy[kind] = true;
      learnt = true;
    }
  }

  // ---- the runs of the same trace --------------------------------------------------------------

  /** In how many orders the steps could be made that are in races. */
  private LinearExtensions orders() {
    int n = trace.length();
    int[] number = new int[made.length];
    Arrays.fill(number, -1);
    int tasks = 0;
    int count = 0;
    int[] steps = new int[n];
    for (int k = 0; k < n; k++) {
      if (racy[kindOf[k]]) {
        steps[count++] = k;
        int t = trace.step(k).task();
        number[t] = number[t] < 0 ? tasks++ : number[t];
      }
    }
    int[] task = new int[count];
    int[] rank = new int[count];
    int[] length = new int[tasks];
    int[][] after = new int[count][tasks];
    for (int s = 0; s < count; s++) {
      task[s] = number[trace.step(steps[s]).task()];
      rank[s] = ++length[task[s]];
      for (int j = 0; j < s; j++) {
        if (task[j] != task[s] && trace.isBefore(steps[j], steps[s])) {
          after[s][task[j]] = rank[j];
        }
      }
    }
    return new LinearExtensions(tasks, task, after);
  }
}
