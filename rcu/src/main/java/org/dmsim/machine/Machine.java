package org.dmsim.machine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.Report;
import org.dmsim.trace.Events;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One machine and one run on it. Holds everything that a run can change.
 *
 * <p>Interface:
 *
 * <ul>
 *   <li>{@link #boot} sets up what tasks share; {@link #spawn} adds tasks, before the run or in it;
 *       {@link #run} runs it to its end, once.
 *   <li>A run is a function of the configuration, of what is set up, and of the strategy's choices.
 *   <li>One thread at a time may use a machine.
 * </ul>
 */
public final class Machine implements Choice {

  private static final Logger KERNEL = LoggerFactory.getLogger("org.dmsim.kernel");

  private final Configuration configuration;
  private final Strategy strategy;
  private final Hooks hooks = new Hooks();
  private final Cpus cpus;
  private final Tasks tasks;
  private final Clock clock;
  private final Parts parts;
  private final NextStep nextStep;
  private final Turns turns;
  private final SchedulingPoints points;
  private final List<Report> reports = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final List<Printed> printed = new ArrayList<>();
  private final Events events = new Events(this::lookWhoAttends);
  private final boolean realtime;
  private final boolean weak;
  private boolean attended;
  private boolean prepared;
  private BottomHalves bottomHalves;
  private Observer observer;
  private boolean wantsValues;

  /** A machine that has not run yet. */
  public Machine(Configuration configuration, Strategy strategy) {
    this.configuration = configuration;
    this.strategy = strategy;
    realtime = configuration.preemption().isRealtime();
    weak = configuration.memory().isWeak();
    lookWhoAttends();
    cpus = new Cpus(this, hooks);
    tasks = new Tasks(this, cpus);
    clock = new Clock(this, tasks);
    parts = new Parts(this, tasks.boot);
    nextStep = new NextStep(this, strategy, tasks, cpus, clock);
    turns = new Turns(this, tasks, cpus, clock, nextStep);
    points = new SchedulingPoints(this, cpus, clock, nextStep, turns);
  }

  // ---- what a run is made of -------------------------------------------------------------------

  /** What this machine was made from. */
  public Configuration configuration() {
    return configuration;
  }

  /** Whether a store of one CPU may be seen later by the others; asked at every access. */
  public boolean isWeak() {
    return weak;
  }

  /** Whether its kernel is built with PREEMPT_RT; asked at every spinlock. */
  public boolean isRealtime() {
    return realtime;
  }

  /**
   * Whether anything is done about an object that is made or freed, a lock that is taken or given
   * back, a section that opens or closes: its position is noted, somebody hears of it, or an
   * allocator takes locks. One question for all of them, since each bio asks it a dozen times.
   */
  public boolean isAttended() {
    return attended;
  }

  private void lookWhoAttends() {
    attended = realtime || configuration.positions() || events.isOpen();
  }

  /** A CPU, by number. */
  public Cpu cpu(int number) {
    return cpus.cpu(number);
  }

  /** How many CPUs there are. */
  public int cpuCount() {
    return cpus.count();
  }

  /** A part that this package does not know; made when first asked for. */
  public <T> T part(MachineKey<T> key) {
    return parts.get(key);
  }

  /** Makes a part before it is asked for: a variant, to see what a check says of it. */
  public <T> void putPart(MachineKey<T> key, Supplier<T> constructor) {
    parts.put(key, constructor);
  }

  /**
   * Makes what there is once a machine, in the context in which the machine is set up: the same,
   * with the same identities, whoever asks for it first.
   *
   * @param name its own among all parts
   */
  public <T> T makePart(String name, Supplier<T> constructor) {
    return parts.make(name, constructor);
  }

  /** Adds a hook; RCU, lockdep and the like do so once a machine. */
  public void addHook(SwitchHook hook) {
    hooks.add(hook);
  }

  /** Adds a check that is made when every task has ended; it makes reports. */
  public void atEnd(Runnable check) {
    turns.atEnd(check);
  }

  /** Lets {@code o} watch the run, beside whoever watches it already. */
  public void observe(Observer o) {
    observer = observer == null ? o : new TwoObservers(observer, o);
    wantsValues = observer.wantsValues();
    nextStep.lookAround();
  }

  /** Who watches; null if nobody does. */
  public Observer observer() {
    return observer;
  }

  /**
   * Lets the observer know of CPUs as of objects that steps touch.
   *
   * @param level 0 for not at all, 1 where interrupts may come, 2 where tasks have to share CPUs
   */
  public void watchCpus(int level) {
    cpus.watch(level);
    nextStep.lookAround();
  }

  /**
   * Sets up what the tasks share, in a context that cannot be interrupted: scheduling points are
   * passed over, and nothing may wait.
   */
  public void boot(Runnable setup) {
    turns.boot(
        () -> {
          prepare();
          setup.run();
        });
  }

  /** What PREEMPT_RT needs from packages that this one does not know; once, on the carrier. */
  void prepare() {
    if (realtime && !prepared) {
      prepared = true; // parts are made by booting, which comes here again
      for (RealtimePart part : ServiceLoader.load(RealtimePart.class)) {
        part.install(this);
      }
    }
  }

  /** Says how bottom halves are turned off where PREEMPT_RT takes a lock for it. */
  public void setBottomHalves(BottomHalves b) {
    bottomHalves = b;
  }

  BottomHalves bottomHalves() {
    return bottomHalves;
  }

  /** Adds a process; its body starts in user mode. */
  public Task spawn(String comm, Runnable body) {
    return tasks.spawn(comm, Task.Role.USER, false, body);
  }

  /** Adds a kernel thread. */
  public Task spawnKthread(String comm, Runnable body) {
    return tasks.spawn(comm, Task.Role.KTHREAD, false, body);
  }

  /** Adds a kernel thread that may sleep when the run ends: a worker without work, say. */
  public Task spawnDaemon(String comm, Runnable body) {
    return tasks.spawn(comm, Task.Role.KTHREAD, true, body);
  }

  // ---- the record ------------------------------------------------------------------------------

  /** Makes a report: part of the run's record, and of the log. */
  public void report(Report report) {
    if (turns.isUnwinding()) {
      return;
    }
    reports.add(report);
    if (events.areHeard(Reported.class)) {
      events.tell(new Reported(tasks.actor(), report));
    }
    if (KERNEL.isWarnEnabled()) {
      KERNEL.warn("{}", report.text());
    }
  }

  /** The reports so far. */
  public List<Report> reports() {
    return Collections.unmodifiableList(reports);
  }

  /** One line of the kernel log. */
  public void printk(String line) {
    if (turns.isUnwinding()) {
      return;
    }
    Printed event = new Printed(tasks.actor(), line);
    log.add(line);
    printed.add(event);
    if (events.areHeard(Printed.class)) {
      events.tell(event);
    }
    KERNEL.info("{}", line);
  }

  /** The kernel log so far, reports left out. */
  public List<String> log() {
    return Collections.unmodifiableList(log);
  }

  /** The lines of {@link #log}, with who wrote them. */
  public List<Printed> printed() {
    return Collections.unmodifiableList(printed);
  }

  /** What happens here, as it happens, for whoever listens. */
  public Events events() {
    return events;
  }

  // ---- time ------------------------------------------------------------------------------------

  /** Virtual nanoseconds since the machine started. */
  public long now() {
    return clock.read();
  }

  /**
   * Lets {@code action} happen at a moment, outside any task; it may raise an interrupt, or wake.
   */
  public Alarm alarm(long when, Runnable action) {
    return clock.add(when, false, action);
  }

  /** As {@link #alarm}, but the run need not wait for it. */
  public Alarm daemonAlarm(long when, Runnable action) {
    return clock.add(when, true, action);
  }

  /** Whether anything is to happen at some moment: time could pass then. */
  public boolean isTimeAwaited() {
    return clock.hasAlarms();
  }

  /** Takes an alarm back; false if it went off already. */
  public boolean cancel(Alarm alarm) {
    return clock.cancel(alarm);
  }

  /** Busy waiting: time passes while the caller keeps its CPU. */
  public void spend(long nanoseconds) {
    clock.spend(nanoseconds);
  }

  // ---- what happens to a process ---------------------------------------------------------------

  /** A task enters the kernel or comes back to user mode; the latter is a preemption point. */
  public void setUserMode(Task t, boolean user) {
    if (t.userMode == user || t.role() != Task.Role.USER) {
      return;
    }
    t.userMode = user;
    hooks.userMode(t, user);
    if (user && t.signals != null) {
      t.signals.take(observer);
    }
  }

  /**
   * Says that a process may be killed in this run. From here on each of its steps in user mode
   * looks at its signals, which a search has to know of: it then tries the kill at every one of
   * them.
   */
  public void exposeToKill(Task t) {
    if (t.role() != Task.Role.USER) {
      throw new IllegalArgumentException(t + " is no process; only a process can be killed");
    }
    if (t.signals == null) {
      t.signals = new Signals(t);
      t.plain = tasks.asked;
    }
  }

  /**
   * {@code SIGKILL}. In user mode the victim ends at the scheduling point where it stands; inside
   * the kernel an interruptible wait ends early, and it ends on its way back to user mode. A task
   * that is ending already is left alone.
   *
   * @throws IllegalStateException if nobody had said that the task may be killed
   */
  public void kill(Task victim) {
    if (victim.signals == null) {
      throw new IllegalStateException(
          victim + " cannot be killed: call exposeToKill before it runs");
    }
    victim.signals.kill();
  }

  // ---- the choice ------------------------------------------------------------------------------

  /** A choice of data by the strategy. */
  public int chooseInt(int bound) {
    return bound <= 1 ? 0 : strategy.nextInt(bound);
  }

  @Override
  public long step() {
    return nextStep.number();
  }

  @Override
  public Task current() {
    return nextStep.current();
  }

  @Override
  public int taskCount() {
    return tasks.count();
  }

  /** How many of the tasks are no tasks but empty store buffers. */
  public int bufferActors() {
    return tasks.bufferActors();
  }

  @Override
  public Task task(int index) {
    return tasks.get(index);
  }

  @Override
  public boolean isEnabled(Task t) {
    return nextStep.isEnabled(t);
  }

  @Override
  public Task byDefault() {
    return nextStep.byDefault();
  }

  // ---- the run ---------------------------------------------------------------------------------

  /**
   * Runs to the end, and once only.
   *
   * @throws DmsimFault if dmsim itself is at fault
   */
  public Outcome run() {
    turns.run();
    return new Outcome(end(), reports, log, step(), clock.now());
  }

  /** How the run ended; null while it has not. */
  public Outcome.End end() {
    return turns.end();
  }

  /** Tasks that sleep although nothing can wake them any more; workers without work left out. */
  public List<Task> stuckTasks() {
    return tasks.stuck();
  }

  /** Makes threads that machines can use as their carriers. */
  public static ThreadFactory carriers() {
    return Carrier::new;
  }

  /**
   * Runs {@code body} on a thread that machines can use as their carrier, so that a search need not
   * start a thread for each of its runs.
   */
  public static <T> T withCarrier(Function<Void, T> body) {
    List<T> result = new ArrayList<>(1);
    Carrier.use(c -> result.add(body.apply(null)));
    return result.getFirst();
  }

  // ---- what the rest of this package asks for --------------------------------------------------

  /** Whether somebody watches. Asked at every step, where asking for the observer costs a call. */
  boolean isObserved() {
    return observer != null;
  }

  /** Whether somebody watches who asked for the values. */
  boolean wantsValues() {
    return observer != null && wantsValues;
  }

  /** The run is over: nobody watches any more. */
  void lookAway() {
    observer = null;
    events.mute(true);
  }

  /** Whoever acts touches an object. */
  void touch(Shared object, Access access) {
    if (observer != null) {
      tasks.touch(object, access);
    }
  }

  /** An interrupt was raised on a CPU. */
  void raised(Cpu cpu) {
    if (observer != null) {
      observer.cpusMatter(false);
      tasks.touch(cpu.object(), Access.WRITE);
    }
  }

  /** An actor that empties a store buffer. */
  Task addBufferActor(Cpu cpu) {
    return tasks.addBufferActor(cpu);
  }

  boolean areCpusWatched() {
    return cpus.areWatched();
  }

  /** A handler that interrupts need from here on; see {@link Cpu}. */
  Task addHandler(Cpu cpu, Task.Role kind, ArrayDeque<Runnable> queue) {
    nextStep.interruptsCome();
    return tasks.addHandler(cpu, kind, queue);
  }

  /** Preemption goes off or on; whether it is on decides what a grace period waits for. */
  void preemptionTurned(Task t, boolean off) {
    if (observer != null && !t.isBoot()) {
      observer.touch(t, t.cpu.context(), Access.ADD);
    }
    hooks.preemption(t, off);
  }

  /**
   * The current task has closed its outermost RCU reader, one that lies in a lock of PREEMPT_RT.
   */
  public void readerLeft(Task t) {
    hooks.readerLeft(t);
  }

  /** {@code do_exit}, in the ending task's own context. */
  void exit(Task t) {
    t.exiting = true;
    setUserMode(t, false);
    hooks.exit(t);
  }

  /** As {@link #now}, asked by the machine itself. */
  long time() {
    return clock.now();
  }

  Hooks hooks() {
    return hooks;
  }

  SchedulingPoints points() {
    return points;
  }

  Turns turns() {
    return turns;
  }
}
