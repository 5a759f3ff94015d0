package org.dmsim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
import org.dmsim.strategy.Recorder;
import org.dmsim.strategy.Schedule;

/**
 * Makes the runs of a search: the steps that are kept from the run before, then those that a wakeup
 * tree asks for, then any that are not asleep. Notes on the {@link Path} what each new step
 * touches, and what was known before it was made.
 *
 * <p>The part of a task before its first scheduling point is made together with its first step,
 * unless it touches something itself.
 */
final class Execution implements Strategy, Observer {

  /** The list of tasks, which each new one changes. */
  private static final long TASKS = Task.identityOf(-1);

  private static final int READ = Access.READ.ordinal();
  private static final int WRITE = Access.WRITE.ordinal();

  private final Program program;
  private final Configuration configuration;
  private final Path path;
  private final Trace trace;
  private final Learned learned;
  private final ObjectTable objects;
  private final Footprint footprint;
  private final Fresh fresh = new Fresh();
  private int preemptions;
  private boolean bounded;

  private Machine machine;
  private int initialTasks;
  private int slot;
  private int kept;

  private Task running;
  private Task hidden;
  private int flags;
  private int[] data = new int[4];
  private int[] bounds = new int[4];
  private int choices;
  private int[] born = new int[4];
  private int births;
  private int[] forced = Step.NONE;
  private boolean impossible;
  private Divergence divergence;

  /** Wants to know names; null where nobody does. */
  private Meetings meetings;

  /**
   * Executions of a program.
   *
   * @param preemptions as {@link OptimalSearch} knows it
   */
  Execution(
      Program program, Configuration configuration, Path path, Learned learned, int preemptions) {
    this.program = program;
    this.configuration = configuration;
    this.path = path;
    this.trace = path.trace;
    this.learned = learned;
    this.objects = learned.objects;
    this.footprint = new Footprint(learned);
    this.preemptions = preemptions;
  }

  /** Has the names of tasks and objects noted. */
  void count(Meetings m) {
    meetings = m;
  }

  /** Where a run did not do as before; null if none did. */
  Divergence divergence() {
    return divergence;
  }

  /** What was planned is forgotten, and with it that it could not be done. */
  void startAgain() {
    divergence = null;
  }

  /** Whether the last run was given up because the step that it was made for cannot be made. */
  boolean wasImpossible() {
    return impossible;
  }

  /** How often a run may switch away from a task that could go on. */
  int preemptions() {
    return preemptions;
  }

  /** Whether the bound on preemptions kept a run from being tried. */
  boolean wasBounded() {
    return bounded;
  }

  void restore(int bound, boolean wasBounded) {
    preemptions = bound;
    bounded = wasBounded;
  }

  /** Another execution of the same search was bounded. */
  void noteBound() {
    bounded = true;
  }

  /** Makes one run. */
  Outcome run() {
    impossible = false;
    kept = path.kept();
    path.begin();
    machine = load(this);
    Outcome outcome = machine.run();
    if (machine.taskCount() - 2 - machine.bufferActors() > machine.cpuCount()) {
      learned.cpusMatter(true);
    }
    if (running == null && hidden != null && (!footprint.isEmpty() || choices > 0)) {
      running = hidden; // it began, and went no further
      footprint.announce(null, 0, -1);
      flags = startFlags();
    }
    if (running != null) {
      endStep();
    }
    hidden = null;
    return outcome;
  }

  /** The choices of the last run, written down by making it once more; the search can go on. */
  Schedule schedule() {
    Recorder recorder = new Recorder(this);
    kept = trace.length();
    machine = load(recorder);
    machine.run();
    running = null;
    hidden = null;
    return recorder.schedule();
  }

  private Machine load(Strategy strategy) {
    Machine m = new Machine(configuration, strategy);
    program.load(m);
    initialTasks = m.taskCount();
    m.observe(this);
    m.watchCpus(learned.cpuLevel());
    return m;
  }

  /** The steps that tasks which wait at the end of the last run never made. */
  List<Step> neverMade() {
    List<Step> all = List.of();
    for (int i = 2; i < machine.taskCount(); i++) {
      Task t = machine.task(i);
      if (!t.isDone() && t.blocker() != null && t.pendingObject() != null) {
        all = all.isEmpty() ? new ArrayList<>() : all;
        all.add(wouldBe(t));
      }
    }
    return all;
  }

  private Step wouldBe(Task t) {
    int what = objects.numberOf(t.pendingObject().id());
    int self = t.blocker() == t.pendingObject() ? Step.SELF_GUARDED : 0;
    return new Step(
        t.index(),
        what,
        learned.kindOf(what, t.pendingAccess().ordinal()),
        cpusOf(t),
        Step.GUARDED | self,
        Step.NONE);
  }

  /** What a task touches to get back on a CPU. */
  private int[] cpusOf(Task t) {
    int level = learned.cpuLevel();
    if (level == 0) {
      return Step.NONE;
    }
    boolean any = level > 1 && !t.isPinned();
    int first = any ? 0 : t.cpu().number();
    int count = any ? machine.cpuCount() : 1;
    int[] more = new int[2 * count];
    for (int i = 0; i < count; i++) {
      more[2 * i] = objects.numberOf(machine.cpu(first + i).object().id());
      more[2 * i + 1] = WRITE;
    }
    return more;
  }

  // ---- the run, as its strategy ----------------------------------------------------------------

  @Override
  public boolean begin(Machine m) {
    slot = 0;
    fresh.begin();
    running = null;
    hidden = null;
    footprint.clear();
    choices = 0;
    births = 0;
    forced = Step.NONE;
    return true;
  }

  @Override
  public Task next(Choice choice) {
    if (running != null) {
      endStep();
    }
    if (learned.isTooLate() || divergence != null) {
      return null;
    }
    if (slot < kept) {
      return follow(choice, trace.step(slot));
    }
    Node n = path.node(slot);
    if (n.guide != null) {
      return follow(choice, n.guide.step);
    }
    if (hidden != null) {
      Task t = hidden;
      hidden = null;
      if (!footprint.isEmpty() || choices > 0) {
        return began(choice, t);
      }
    }
    return anyTask(choice, n);
  }

  /** Goes the way that a step tells, and says where that is not possible. */
  private Task follow(Choice choice, Step wanted) {
    Task t = wanted.task() < choice.taskCount() ? choice.task(wanted.task()) : null;
    if (t == null) {
      return diverge(choice, "task number " + wanted.task(), "only " + choice.taskCount());
    }
    if (fresh.is(t) && !wanted.is(Step.START)) {
      hidden = t;
      return begin(choice, t);
    }
    if (hidden != null) {
      hidden = null;
      if (!footprint.isEmpty() || choices > 0) {
        if (wanted.is(Step.ANY)) {
          path.node(slot).preemptions = wanted.kind();
          return began(choice, t);
        }
        return diverge(choice, t.name() + " to begin without touching anything", "that it does");
      }
    }
    Task first = fresh.before(t, choice);
    if (first != null) {
      hidden = first;
      return begin(choice, first);
    }
    if (wanted.is(Step.ANY)) {
      return followAny(choice, t);
    }
    if (!choice.isEnabled(t)) {
      return diverge(choice, t.name() + " to go on", t.name() + " cannot run");
    }
    forced = wanted.data();
    prepare(t, wanted.flags() & Step.START, wanted.object());
    if (!footprint.isAsAnnounced(wanted)) {
      return diverge(choice, t.name() + " to touch " + label(wanted), pending(t));
    }
    return t;
  }

  private Task followAny(Choice choice, Task t) {
    Node n = path.node(slot);
    impossible = !choice.isEnabled(t);
    if (impossible) {
      return null; // it began, and waits before its first step
    }
    n.preemptions = n.guide.step.kind();
    prepare(t, 0, -1);
    return t;
  }

  private static int preemption(Choice choice, Task t) {
    Task current = choice.current();
    boolean other = current != null && current != t && t.role() != Task.Role.BUFFER;
    return other && choice.isEnabled(current) ? 1 : 0;
  }

  /** Notes every other task that could make this step, as far as the bound allows. */
  private void listOthers(Choice choice, Node n, Task pick) {
    n.listed = true;
    for (int i = 1; i < choice.taskCount(); i++) {
      Task t = choice.task(i);
      if (t != pick && choice.isEnabled(t)) {
        int count = n.preemptions + preemption(choice, t);
        if (count <= preemptions) {
          n.pending.add(new WakeupTree(Step.anyOf(i, count)));
        } else {
          bounded = true;
        }
      }
    }
  }

  /** A task's beginning turned out to be a step of its own. */
  private Task began(Choice choice, Task t) {
    running = t;
    footprint.announce(null, 0, -1);
    flags = startFlags();
    return next(choice);
  }

  private Task begin(Choice choice, Task t) {
    if (!choice.isEnabled(t)) {
      return diverge(choice, t.name() + " to begin", t.name() + " cannot run");
    }
    fresh.mark(t);
    if (isRecording()) {
      lookAround(t);
    }
    return t;
  }

  /** A beginning waits for nothing but a CPU. */
  private int startFlags() {
    return learned.cpuLevel() > 0 ? Step.START | Step.GUARDED : Step.START;
  }

  private Task anyTask(Choice choice, Node n) {
    Task pick = null;
    Task current = choice.current();
    if (current != null && choice.isEnabled(current) && !n.isAsleep(current.index())) {
      pick = current;
    }
    for (int i = 2; i < choice.taskCount() && pick == null; i++) {
      Task t = choice.task(i);
      if (t != current && !n.isAsleep(i) && choice.isEnabled(t)) {
        pick = t;
      }
    }
    if (pick == null
        && !n.isAsleep(Node.CLOCK_TASK)
        && choice.isEnabled(choice.task(Node.CLOCK_TASK))) {
      pick = choice.task(Node.CLOCK_TASK);
    }
    if (pick == null) {
      return null; // all that could go on is asleep; optimality says that this does not happen
    }
    if (preemptions != Bounds.UNBOUNDED) {
      if (!n.listed) {
        listOthers(choice, n, pick);
      }
      int taken = pick.index();
      n.pending.removeIf(w -> w.step.task() == taken);
    }
    if (fresh.is(pick)) {
      hidden = pick;
      return begin(choice, pick);
    }
    prepare(pick, 0, -1);
    return pick;
  }

  /** Notes what a task is about to do, and what is known before it does so. */
  private void prepare(Task t, int also, int likely) {
    running = t;
    flags = also;
    Shared announced = also == Step.START ? null : t.pendingObject();
    if (also == Step.START) {
      fresh.mark(t);
    }
    footprint.announce(announced, announced == null ? 0 : t.pendingAccess().ordinal(), likely);
    if (t.role() == Task.Role.CLOCK) {
      flags |= Step.GLOBAL | Step.GUARDED;
    }
    Blocker b = t.blocker();
    if (b != null && also != Step.START) {
      flags |= Step.GUARDED | (b == announced ? Step.SELF_GUARDED : 0);
      learned.await(footprint.object());
    }
    if (learned.cpuLevel() > 0) {
      flags |= Step.GUARDED;
    }
    if (isRecording()) {
      lookAround(t);
      int before = trace.lastOf(t.index());
      if (t.index() >= initialTasks && before >= 0 && trace.step(before).task() != t.index()) {
        footprint.touch(objects.numberOf(Task.identityOf(t.index())), READ, true);
      }
    }
  }

  private void lookAround(Task t) {
    Node n = path.node(slot);
    n.ready =
        t.pendingObject() instanceof Blocker b ? b.ready() ? Node.YES : Node.NO : Node.UNKNOWN;
    boolean due = t.index() != Node.CLOCK_TASK && machine.isEnabled(machine.task(Node.CLOCK_TASK));
    if (due) {
      learned.alarmIsDue();
    }
    n.waiting = Node.CLOCK;
    n.able = due ? Node.CLOCK : 0;
    boolean shared = learned.cpuLevel() > 0;
    if (shared || learned.anyWaits()) {
      int count = Math.min(64, machine.taskCount());
      for (int i = Node.CLOCK_TASK + 1; i < count; i++) {
        Task w = machine.task(i);
        if (w != t && !w.isDone() && (shared || w.blocker() != null)) {
          n.waiting |= 1L << i;
          n.able |= machine.isEnabled(w) ? 1L << i : 0;
        }
      }
    }
  }

  private boolean isRecording() {
    return slot >= kept;
  }

  private void endStep() {
    if (isRecording()) {
      path.add(footprint.step(running.index(), flags, data, choices), born, births, bounds);
      births = 0;
    }
    slot++;
    running = null;
    footprint.clear();
    choices = 0;
    forced = Step.NONE;
  }

  @Override
  public int nextInt(int bound) {
    int value = choices < forced.length ? forced[choices] : 0;
    if (choices == data.length) {
      data = Arrays.copyOf(data, choices * 2);
      bounds = Arrays.copyOf(bounds, choices * 2);
    }
    data[choices] = value;
    bounds[choices++] = bound;
    return value;
  }

  // ---- what a step touches ---------------------------------------------------------------------

  @Override
  public void step(Task task, Shared what, Access access) {
    if (what != task.pendingObject()) {
      touch(task, what, access);
    } else if (meetings != null && isOfAStep()) {
      meetings.seen(task, objects.numberOf(what.id()), what);
    }
  }

  @Override
  public void touch(Task task, Shared what, Access access) {
    if (isOfAStep()) {
      int number = objects.numberOf(what.id());
      footprint.touch(number, access.ordinal(), running != null);
      if (meetings != null) {
        meetings.seen(task, number, what);
      }
    }
  }

  private boolean isOfAStep() {
    return hidden != null || (running != null && isRecording());
  }

  @Override
  public void blocked(Task task, Blocker blocker) {
    learned.await(objects.numberOf(task.pendingObject().id()));
  }

  @Override
  public void spawned(Task maker, Task task) {
    if (isOfAStep()) {
      footprint.touch(objects.numberOf(TASKS), WRITE, running != null);
      footprint.touch(objects.numberOf(Task.identityOf(task.index())), WRITE, running != null);
      if (births == born.length) {
        born = Arrays.copyOf(born, births * 2);
      }
      born[births++] = task.index();
    }
  }

  @Override
  public void cpusMatter(boolean tasks) {
    learned.cpusMatter(tasks);
  }

  // ---- where a run does not do as before -------------------------------------------------------

  private Task diverge(Choice choice, String expected, String got) {
    divergence = new Divergence(choice.step(), expected, got);
    return null;
  }

  private String label(Step s) {
    return s.object() < 0 ? "nothing" : "object " + Long.toHexString(objects.identity(s.object()));
  }

  private static String pending(Task t) {
    Shared o = t.pendingObject();
    return o == null
        ? t.name() + " touches nothing"
        : t.name() + " touches " + o.identity() + ", object " + Long.toHexString(o.id());
  }
}
