package org.dmsim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
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
 * Runs a program once per Mazurkiewicz trace: optimal dynamic partial-order reduction.
 *
 * <p>It goes down one run to its end, looks for steps whose order could have been the other way
 * round ({@link Races}), notes for each of them a sequence of steps that leads there, and goes up
 * to the deepest point where something is left to try. A point's sleep set holds the steps whose
 * runs are all seen; a sequence is noted only if no step of the sleep set could come first in it,
 * so no trace is run twice.
 *
 * <p>The part of a task before its first scheduling point is made together with its first step,
 * unless it touches something itself.
 */
final class OptimalSearch implements Strategy, Observer {

  /** How a search stopped. */
  enum Stop {
    /** Nothing is left to try. */
    EXHAUSTED,
    /** A run was not clean. */
    FOUND,
    /** The bound on the number of runs. */
    MAX_SCHEDULES,
    /** The caller wanted it to stop. */
    ASKED,
    /** A run did not do what it had done before. */
    BROKEN
  }

  private static final int REDUCED = -1;
  private static final int CLOCK = 1;
  static final long CLOCK_BIT = 1L << CLOCK;
  static final Step TIME_PASSES =
      new Step(CLOCK, -1, 0, Step.NONE, Step.GLOBAL | Step.GUARDED, Step.NONE);
  private static final long TASKS = 1L << 60;
  private static final int READ = Access.READ.ordinal();
  private static final int WRITE = Access.WRITE.ordinal();
  private static final int ADD = Access.ADD.ordinal();

  private final Program program;
  private final Configuration configuration;
  final Trace trace = new Trace();
  final ObjectTable objects = new ObjectTable();
  private final Races races = new Races(this);
  private Node[] nodes = new Node[64];

  long executions;
  long redundant;
  long probes;
  int maxDepth;
  private int cpuLevel;
  private boolean[] awaited = new boolean[64];
  private boolean[] added = new boolean[64];
  private boolean again;
  private int preemptions;
  private boolean bounded;
  private boolean impossible;

  private Machine machine;
  private int initialTasks;
  private int slot;
  private int replayed;
  private int[] started = new int[16];
  private int run;

  private Task running;
  private Task hidden;
  private boolean anyWaits;
  private boolean anyAlarms;
  private int object;
  private int kind;
  private int flags;
  private int[] touched = new int[16];
  private int touches;
  private int[] data = new int[4];
  private int[] bounds = new int[4];
  private int choices;
  private int[] born = new int[4];
  private int births;
  private int[] forced = Step.NONE;

  private Step[] probe;
  private int probeBase;
  private Step probed;
  private boolean probeResult;
  private Divergence divergence;

  /** A search of every trace. */
  OptimalSearch(Program program, Configuration configuration) {
    this(program, configuration, REDUCED);
  }

  /**
   * A search without reduction.
   *
   * @param preemptions how often a run may switch away from a task that could go on
   */
  OptimalSearch(Program program, Configuration configuration, int preemptions) {
    this.program = program;
    this.configuration = configuration;
    this.preemptions = preemptions;
  }

  /** Whether runs that differ only in the order of independent steps count as one. */
  boolean isReduced() {
    return preemptions == REDUCED;
  }

  /** Whether the bound on preemptions kept a run from being tried. */
  boolean wasBounded() {
    return bounded;
  }

  /** Takes over what another search of the same program has learnt about its objects. */
  void learn(OptimalSearch other) {
    cpuLevel = other.cpuLevel;
    for (int i = 0; i < other.awaited.length; i++) {
      if (other.awaited[i]) {
        await(objects.numberOf(other.objects.identity(i)));
      }
    }
  }

  /** The last run's machine. */
  Machine machine() {
    return machine;
  }

  Node node(int depth) {
    return nodes[depth];
  }

  /** Where a run did not do as before; null if none did. */
  Divergence divergence() {
    return divergence;
  }

  /**
   * Goes on with the search.
   *
   * <p>As soon as a run shows that interrupts come, or that tasks have to share CPUs, the search
   * starts again, and each step is one on its CPU too: the steps made on one CPU have one order,
   * and who is on it decides who else can go on.
   *
   * @param judge looks at each finished run, and says whether to go on
   */
  Stop search(Judge judge, long maxSchedules, BooleanSupplier stop) {
    while (true) {
      if (executions >= maxSchedules) {
        return Stop.MAX_SCHEDULES;
      }
      if (stop.getAsBoolean()) {
        return Stop.ASKED;
      }
      Outcome outcome = execute();
      if (divergence != null && !again) {
        return Stop.BROKEN;
      }
      if (again) {
        restart();
        continue;
      }
      if (outcome.end() == Outcome.End.GIVEN_UP) {
        if (impossible) {
          impossible = false;
          WakeupTree next = nodes[trace.length()].next();
          if (next != null) {
            nodes[trace.length()].guide = next;
            continue;
          }
        } else {
          redundant++;
        }
      } else {
        executions++;
        maxDepth = Math.max(maxDepth, trace.length());
        if (!judge.goOn(outcome)) {
          return Stop.FOUND;
        }
        if (preemptions == REDUCED) {
          races.detect(replayed);
        }
        if (divergence != null) {
          return Stop.BROKEN;
        }
        if (again) {
          restart();
          continue;
        }
      }
      if (!backtrack()) {
        return Stop.EXHAUSTED;
      }
    }
  }

  /** Looks at a finished run. */
  interface Judge {
    /** Whether the search goes on after this run. */
    boolean goOn(Outcome outcome);
  }

  private void restart() {
    again = false;
    divergence = null; // of a plan that was made before it was known what matters
    trace.cut(0);
    replayed = 0;
    executions = 0;
    redundant = 0;
    probes = 0;
    maxDepth = 0;
    nodes = new Node[64];
  }

  private Outcome execute() {
    machine = new Machine(configuration, this);
    program.load(machine);
    initialTasks = machine.taskCount();
    machine.observe(this);
    machine.watchCpus(cpuLevel);
    Outcome outcome = machine.run();
    if (machine.taskCount() - 2 > machine.cpuCount()) {
      cpusMatter(true);
    }
    if (running == null && hidden != null && (touches > 0 || choices > 0)) {
      running = hidden; // it began, and went no further
      object = -1;
      flags = startFlags();
    }
    if (running != null) {
      endStep();
    }
    hidden = null;
    return outcome;
  }

  /** Goes up to the deepest point with something left to try, and prepares to try it. */
  private boolean backtrack() {
    for (int d = trace.length() - 1; d >= 0; d--) {
      Node n = nodes[d];
      Step made = trace.step(d);
      if (preemptions == REDUCED) {
        n.addSleeper(made);
      }
      WakeupTree next = n.nextWithOtherData(made);
      if (next == null) {
        next = n.next();
      }
      if (next != null) {
        n.tried++;
        trace.cut(d);
        n.guide = next;
        replayed = d;
        return true;
      }
    }
    return false;
  }

  /** The choices of the last run, written down by making it once more; the search can go on. */
  Schedule schedule() {
    Recorder recorder = new Recorder(this);
    Machine kept = machine;
    int keptReplayed = replayed;
    replayed = trace.length();
    Machine m = new Machine(configuration, recorder);
    program.load(m);
    m.observe(this);
    m.watchCpus(cpuLevel);
    machine = m;
    m.run();
    running = null;
    hidden = null;
    machine = kept;
    replayed = keptReplayed;
    return recorder.schedule();
  }

  /** About how many runs there are, judged by how far the search has come at each point. */
  double planned() {
    double share = 1;
    double done = 0;
    for (int d = 0; d < trace.length(); d++) {
      Node n = nodes[d];
      int branches = n.tried + 1 + n.pending.size();
      done += share * n.tried / branches;
      share /= branches;
    }
    done += share;
    return executions / Math.min(1, done);
  }

  // ---- stopping, and going on another time -----------------------------------------------------

  /** Where the search stands; asked between two runs. */
  Frontier save() {
    List<Frontier.Point> points = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    for (int d = 0; d <= trace.length() && nodes[d] != null; d++) {
      boolean last = d == trace.length();
      points.add(
          last
              ? nodes[d].save(true, List.of(), List.of())
              : nodes[d].save(false, races.held(d), races.heldBy(d)));
      if (!last) {
        steps.add(trace.step(d));
      }
    }
    List<Long> identities = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      identities.add(objects.identity(i));
    }
    return new Frontier(
        List.of(executions, redundant, probes, (long) maxDepth),
        List.of(preemptions, cpuLevel, anyAlarms ? 1 : 0),
        bounded,
        anyWaits,
        identities,
        numbers(awaited),
        numbers(added),
        steps,
        trace.births(),
        points);
  }

  /** Makes a search that has not begun stand there. */
  void restore(Frontier f) {
    executions = f.counts().get(0);
    redundant = f.counts().get(1);
    probes = f.counts().get(2);
    maxDepth = Math.toIntExact(f.counts().get(3));
    preemptions = f.mode().get(0);
    cpuLevel = f.mode().get(1);
    anyAlarms = f.mode().get(2) != 0;
    bounded = f.bounded();
    f.objects().forEach(objects::numberOf);
    f.added().forEach(n -> kindOf(n, ADD));
    f.awaited().forEach(this::await);
    anyWaits = f.waits();
    again = false;
    trace.restore(f.steps(), f.births());
    replayed = trace.length();
    nodes = new Node[Math.max(64, f.points().size() + 1)];
    for (int d = 0; d < f.points().size(); d++) {
      Frontier.Point p = f.points().get(d);
      nodes[d] = Node.restore(p);
      races.restore(d, p.held(), p.heldBy());
    }
  }

  private static List<Integer> numbers(boolean[] set) {
    return IntStream.range(0, set.length).filter(i -> set[i]).boxed().toList();
  }

  // ---- the run, as its strategy ----------------------------------------------------------------

  @Override
  public boolean begin(Machine m) {
    slot = 0;
    run++;
    running = null;
    hidden = null;
    touches = 0;
    choices = 0;
    births = 0;
    forced = Step.NONE;
    if (nodes[0] == null) {
      nodes[0] = new Node();
      nodes[0].enterRoot();
    }
    return true;
  }

  @Override
  public Task next(Choice choice) {
    if (running != null) {
      endStep();
    }
    if (again || divergence != null) {
      return null;
    }
    if (probe != null) {
      return probeNext(choice);
    }
    if (slot < replayed) {
      return follow(choice, trace.step(slot));
    }
    if (nodes[slot].guide != null) {
      return follow(choice, nodes[slot].guide.step);
    }
    if (hidden != null) {
      Task t = hidden;
      hidden = null;
      if (touches > 0 || choices > 0) {
        return began(choice, t);
      }
    }
    return anyTask(choice, nodes[slot]);
  }

  /** Goes the way that a step tells, and says where that is not possible. */
  private Task follow(Choice choice, Step wanted) {
    Task t = wanted.task() < choice.taskCount() ? choice.task(wanted.task()) : null;
    if (t == null) {
      return diverge(choice, "task number " + wanted.task(), "only " + choice.taskCount());
    }
    if (isFresh(t) && !wanted.is(Step.START)) {
      hidden = t;
      return begin(choice, t);
    }
    if (hidden != null) {
      hidden = null;
      if (touches > 0 || choices > 0) {
        if (wanted.is(Step.ANY)) {
          nodes[slot].preemptions = wanted.kind();
          return began(choice, t);
        }
        return diverge(choice, t.name() + " to begin without touching anything", "that it does");
      }
    }
    if (wanted.is(Step.ANY)) {
      return followAny(choice, t);
    }
    if (!choice.isEnabled(t)) {
      return diverge(choice, t.name() + " to go on", t.name() + " cannot run");
    }
    forced = wanted.data();
    prepare(t, wanted.flags() & Step.START);
    if (object != wanted.object() || (object >= 0 && !wanted.is(Step.START) && !isKind(wanted))) {
      return diverge(choice, t.name() + " to touch " + label(wanted), pending(t));
    }
    return t;
  }

  private Task followAny(Choice choice, Task t) {
    Node n = nodes[slot];
    impossible = !choice.isEnabled(t);
    if (impossible) {
      return null; // it began, and waits before its first step
    }
    n.preemptions = n.guide.step.kind();
    prepare(t, 0);
    return t;
  }

  private static int preemption(Choice choice, Task t) {
    Task current = choice.current();
    return current != null && current != t && choice.isEnabled(current) ? 1 : 0;
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

  private boolean isKind(Step wanted) {
    return kind == wanted.kind() || wanted.kind() == WRITE;
  }

  /** A task's beginning turned out to be a step of its own. */
  private Task began(Choice choice, Task t) {
    running = t;
    object = -1;
    flags = startFlags();
    return next(choice);
  }

  private Task begin(Choice choice, Task t) {
    if (!choice.isEnabled(t)) {
      return diverge(choice, t.name() + " to begin", t.name() + " cannot run");
    }
    markStarted(t);
    if (isRecording()) {
      lookAround(t);
    }
    return t;
  }

  /** A beginning waits for nothing but a CPU. */
  private int startFlags() {
    return cpuLevel > 0 ? Step.START | Step.GUARDED : Step.START;
  }

  private Task anyTask(Choice choice, Node n) {
    Task pick = null;
    boolean enabled = false;
    Task current = choice.current();
    if (current != null && choice.isEnabled(current)) {
      enabled = true;
      if (!n.isAsleep(current.index())) {
        pick = current;
      }
    }
    for (int i = 2; i < choice.taskCount() && pick == null; i++) {
      Task t = choice.task(i);
      if (t != current && !n.isAsleep(i) && choice.isEnabled(t)) {
        pick = t;
      }
    }
    if (pick == null && !n.isAsleep(1) && choice.isEnabled(choice.task(1))) {
      pick = choice.task(1);
    }
    if (pick == null) {
      return null; // all that could go on is asleep; optimality says that this does not happen
    }
    if (preemptions != REDUCED) {
      if (!n.listed) {
        listOthers(choice, n, pick);
      }
      int taken = pick.index();
      n.pending.removeIf(w -> w.step.task() == taken);
    }
    if (isFresh(pick)) {
      hidden = pick;
      return begin(choice, pick);
    }
    prepare(pick, 0);
    return pick;
  }

  private boolean isFresh(Task t) {
    int i = t.index();
    return t.pendingObject() == null
        && t.kind() != Task.Kind.CLOCK
        && (i >= started.length || started[i] != run);
  }

  private void markStarted(Task t) {
    if (t.index() >= started.length) {
      started = Arrays.copyOf(started, Math.max(t.index() + 1, started.length * 2));
    }
    started[t.index()] = run;
  }

  /** Notes what a task is about to do, and what is known before it does so. */
  private void prepare(Task t, int also) {
    running = t;
    object = -1;
    flags = also;
    if (also == Step.START) {
      markStarted(t);
    } else if (t.pendingObject() != null) {
      object = objects.numberOf(t.pendingObject().id());
      kind = kindOf(object, t.pendingAccess().ordinal());
    }
    if (t.kind() == Task.Kind.CLOCK) {
      flags |= Step.GLOBAL | Step.GUARDED;
    }
    Blocker b = t.blocker();
    if (b != null && also != Step.START) {
      flags |= Step.GUARDED | (b == t.pendingObject() ? Step.SELF_GUARDED : 0);
      await(object);
    }
    if (cpuLevel > 0) {
      flags |= Step.GUARDED;
    }
    if (isRecording()) {
      lookAround(t);
      int before = trace.lastOf(t.index());
      if (t.index() >= initialTasks && before >= 0 && trace.step(before).task() != t.index()) {
        touch(objects.numberOf(TASKS + 1 + t.index()), READ);
      }
    }
  }

  private void lookAround(Task t) {
    Node n = nodes[slot];
    n.ready =
        t.pendingObject() instanceof Blocker b ? b.ready() ? Node.YES : Node.NO : Node.UNKNOWN;
    boolean due = t.index() != CLOCK && machine.isEnabled(machine.task(CLOCK));
    anyAlarms |= due;
    n.waiting = CLOCK_BIT;
    n.able = due ? CLOCK_BIT : 0;
    if (anyWaits || cpuLevel > 0) {
      int count = Math.min(64, machine.taskCount());
      for (int i = CLOCK + 1; i < count; i++) {
        Task w = machine.task(i);
        if (w != t && !w.isDone() && (cpuLevel > 0 || w.blocker() != null)) {
          n.waiting |= 1L << i;
          n.able |= machine.isEnabled(w) ? 1L << i : 0;
        }
      }
    }
  }

  private boolean isRecording() {
    return probe == null && slot >= replayed;
  }

  private void endStep() {
    if (isRecording()) {
      int[] chosen = choices == 0 ? Step.NONE : Arrays.copyOf(data, choices);
      int[] more = touches == 0 ? Step.NONE : Arrays.copyOf(touched, touches);
      Step s = new Step(running.index(), object, object < 0 ? 0 : kind, more, flags, chosen);
      trace.push(s);
      for (int i = 0; i < births; i++) {
        trace.started(born[i]);
      }
      births = 0;
      if (choices > 0) {
        nodes[slot].chose(running.index(), chosen, bounds);
      }
      if (slot + 1 == nodes.length) {
        nodes = Arrays.copyOf(nodes, nodes.length * 2);
      }
      Node n = nodes[slot + 1];
      if (n == null) {
        n = new Node();
        nodes[slot + 1] = n;
      }
      n.enter(nodes[slot], s);
    }
    slot++;
    running = null;
    touches = 0;
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
    }
  }

  @Override
  public void touch(Task task, Shared what, Access access) {
    if ((running != null && isRecording()) || hidden != null) {
      touch(objects.numberOf(what.id()), access.ordinal());
    }
  }

  private void touch(int what, int access) {
    int how = kindOf(what, access);
    if (what == object && running != null) {
      kind = merge(kind, how);
      return;
    }
    for (int i = 0; i < touches; i += 2) {
      if (touched[i] == what) {
        touched[i + 1] = merge(touched[i + 1], how);
        return;
      }
    }
    if (touches + 2 > touched.length) {
      touched = Arrays.copyOf(touched, touches * 2);
    }
    touched[touches++] = what;
    touched[touches++] = how;
  }

  private static int merge(int kind, int other) {
    return kind == other ? kind : WRITE;
  }

  /** Additions to what somebody waits for do not commute: they change whether he can go on. */
  private int kindOf(int what, int access) {
    if (access != ADD) {
      return access;
    }
    if (what < awaited.length && awaited[what]) {
      return WRITE;
    }
    if (what >= added.length) {
      added = Arrays.copyOf(added, Math.max(what + 1, added.length * 2));
    }
    added[what] = true;
    return access;
  }

  private void await(int what) {
    anyWaits = true;
    if (what >= awaited.length) {
      awaited = Arrays.copyOf(awaited, Math.max(what + 1, awaited.length * 2));
    }
    if (what >= 0 && !awaited[what]) {
      awaited[what] = true;
      again |= what < added.length && added[what];
    }
  }

  @Override
  public void blocked(Task task, Blocker blocker) {
    await(objects.numberOf(task.pendingObject().id()));
  }

  @Override
  public void spawned(Task maker, Task task) {
    if ((running != null && isRecording()) || hidden != null) {
      touch(objects.numberOf(TASKS), WRITE);
      touch(objects.numberOf(TASKS + 1 + task.index()), WRITE);
      if (births == born.length) {
        born = Arrays.copyOf(born, births * 2);
      }
      born[births++] = task.index();
    }
  }

  @Override
  public void cpusMatter(boolean tasks) {
    int level = tasks ? 2 : 1;
    if (cpuLevel < level) {
      cpuLevel = level;
      again = true;
    }
  }

  /** The step that a waiting task never made. */
  Step wouldBe(Task t) {
    int what = objects.numberOf(t.pendingObject().id());
    int self = t.blocker() == t.pendingObject() ? Step.SELF_GUARDED : 0;
    return new Step(
        t.index(),
        what,
        kindOf(what, t.pendingAccess().ordinal()),
        cpusOf(t),
        Step.GUARDED | self,
        Step.NONE);
  }

  /** What a task touches to get back on a CPU. */
  private int[] cpusOf(Task t) {
    if (cpuLevel == 0) {
      return Step.NONE;
    }
    boolean any = cpuLevel > 1 && !t.isPinned();
    int first = any ? 0 : t.cpu().number();
    int count = any ? machine.cpuCount() : 1;
    int[] more = new int[2 * count];
    for (int i = 0; i < count; i++) {
      more[2 * i] = objects.numberOf(machine.cpu(first + i).identity());
      more[2 * i + 1] = WRITE;
    }
    return more;
  }

  /** Whether an alarm could ever go off while a task could go on. */
  boolean hasAlarms() {
    return anyAlarms;
  }

  boolean watchesCpus() {
    return cpuLevel > 0;
  }

  // ---- looking whether a sequence of steps is possible -----------------------------------------

  /**
   * Whether a task could go on after the first {@code base} steps of the trace and some more.
   *
   * @param steps the further steps
   * @param wanted what the task is to make next
   */
  boolean isPossible(int base, Step[] steps, Step wanted) {
    probes++;
    probe = steps;
    probeBase = base;
    probed = wanted;
    probeResult = false;
    Machine kept = machine;
    execute();
    machine = kept;
    probe = null;
    return probeResult;
  }

  private Task probeNext(Choice choice) {
    int at = slot - probeBase;
    boolean last = at == probe.length;
    Step wanted = last ? probed : at < 0 ? trace.step(slot) : probe[at];
    Task t = choice.task(wanted.task());
    if (isFresh(t) && !wanted.is(Step.START)) {
      if (choice.isEnabled(t)) {
        hidden = t;
        markStarted(t);
        return t;
      }
      return null;
    }
    hidden = null;
    if (!choice.isEnabled(t)) {
      return null;
    }
    if (last) {
      probeResult = true;
      return null;
    }
    forced = wanted.data();
    prepare(t, wanted.flags() & Step.START);
    return t;
  }

  // ---- where a run does not do as before -------------------------------------------------------

  private Task diverge(Choice choice, String expected, String got) {
    divergence = new Divergence(choice.step(), expected, got);
    return null;
  }

  private String label(Step s) {
    return s.object() < 0 ? "nothing" : "object " + Long.toHexString(objects.identity(s.object()));
  }

  private String pending(Task t) {
    Shared o = t.pendingObject();
    return o == null
        ? t.name() + " touches nothing"
        : t.name() + " touches " + o.label() + ", object " + Long.toHexString(o.id());
  }
}
