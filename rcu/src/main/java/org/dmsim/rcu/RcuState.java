package org.dmsim.rcu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.dmsim.cell.Fence;
import org.dmsim.context.Sleep;
import org.dmsim.lockdep.LockMap;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.ContextHook;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.machine.TaskKey;

/**
 * RCU of one machine; mirrors {@code rcu_state}, {@code rcu_data} and the two flavours of
 * kernel/rcu/tree_plugin.h, 6.1, with one list of CPUs in place of the tree.
 *
 * <p>A grace period starts by asking every CPU, as the broadcast interrupt of an expedited one
 * does, in one step. A CPU that is idle, in user mode or in preemptible kernel code without a
 * reader answers at once. Where RCU is preemptible, a reader found on a CPU is told to report at
 * its outermost unlock, and a reader that was switched away from is on the list of blocked readers
 * and is told so too. Every other CPU reports when it next switches, enters user mode or goes idle,
 * or when its tick finds preemption on again. Nobody looks for readers after the start.
 *
 * <p>Two grace periods that overlap run side by side: the kernel's second would begin when the
 * first ends, and wait for no reader less.
 */
class RcuState extends Shared implements ContextHook {

  static final MachineKey<RcuState> KEY = new MachineKey<>("rcu", 2, RcuState::new);

  /** {@code rcu_read_unlock_special} is not zero: the outermost unlock has something to report. */
  private static final TaskKey<Reader> READER = new TaskKey<>(2);

  private final Machine machine;
  private final boolean preemptible;
  private final int cpus;
  private final List<GracePeriod> running = new ArrayList<>();
  private final List<Task> blockedReaders = new ArrayList<>();
  private final ArrayDeque<GracePeriod> callbacks = new ArrayDeque<>();
  private final OpenSections sections =
      new OpenSections("an RCU read section", "rcu_read_lock", "rcu_read_unlock");
  private final Mutex expMutex = new Mutex("rcu_state.exp_mutex");
  private final Mutex barrierMutex = new Mutex("rcu_state.barrier_mutex");
  private final CallbackLedger ledger = new CallbackLedger();

  RcuState(Machine machine) {
    super("rcu_state");
    this.machine = machine;
    this.preemptible = machine.configuration().preemption().hasPreemptibleRcu();
    this.cpus = machine.cpuCount();
    machine.addHook(this);
  }

  static RcuState of(Task t) {
    return t.machine().part(KEY);
  }

  /** What a task that reads has to remember: {@code rcu_read_unlock_special}. */
  private static final class Reader {
    boolean blocked;
    boolean needsReport;
  }

  private static Reader reader(Task t) {
    Reader r = t.get(READER);
    if (r == null) {
      r = new Reader();
      t.set(READER, r);
    }
    return r;
  }

  int cpuCount() {
    return cpus;
  }

  Cpu cpu(int number) {
    return machine.cpu(number);
  }

  boolean isPreemptible() {
    return preemptible;
  }

  // ---- readers ---------------------------------------------------------------------------------

  /** Opens a read section of {@code t}, the current task. */
  final void readLock(Task t) {
    if (isOutside(t)) {
      touchCpu(t);
    }
    sections.opened(t, -1, false);
    enter(t);
  }

  /** Counts a section that opens. */
  void enter(Task t) {
    if (preemptible) {
      t.rcuReadLockNesting++;
    } else {
      t.preemptCountAdd(Task.PREEMPT_OFFSET);
    }
  }

  /** Closes a read section of {@code t}, the current task. */
  final void readUnlock(Task t) {
    if (closesOutermost(t)) {
      touchCpu(t);
      t.cpu().readerEnds();
    }
    sections.closed(t, -1);
    leave(t);
  }

  /** Counts a section that closes, and reports if it was the outermost. */
  void leave(Task t) {
    if (preemptible) {
      t.rcuReadLockNesting--;
      if (t.rcuReadLockNesting == 0) {
        reportReader(t);
      }
    } else {
      t.preemptCountSub(Task.PREEMPT_OFFSET);
    }
  }

  /** The scheduling point before a section of another form opens: bottom halves or preemption. */
  final void pointOutside(Task t) {
    if (!t.isPreemptionOff()) {
      touchCpu(t);
    }
  }

  /** The scheduling point before such a section closes, if it is the outermost. */
  final void pointInside(Task t) {
    if (t.preemptCount == Task.PREEMPT_OFFSET || t.preemptCount == 2 * Task.SOFTIRQ_OFFSET) {
      touchCpu(t);
    }
  }

  private boolean isOutside(Task t) {
    return preemptible ? t.rcuReadLockNesting == 0 : !t.isPreemptionOff();
  }

  private boolean closesOutermost(Task t) {
    return preemptible ? t.rcuReadLockNesting == 1 : t.preemptCount == Task.PREEMPT_OFFSET;
  }

  private void touchCpu(Task t) {
    Cpu before = t.cpu();
    Sched.pointWithoutOrder(before.context(), Access.ADD);
    if (t.cpu() != before) {
      Sched.touch(t.cpu().context(), Access.ADD);
    }
  }

  /** A reader that preemption being off makes: a tick that comes when it is on again reports. */
  @Override
  public void preemption(Task t, boolean off) {
    if (!off) {
      t.cpu().readerEnds();
      tick(t);
    }
  }

  @Override
  public void readerLeft(Task t) {
    reportReader(t);
  }

  private void tick(Task t) {
    if (!running.isEmpty() && isQuiescent(t.cpu())) {
      report(t.cpu());
    }
  }

  /** Mirrors {@code rcu_read_unlock_special}: the reader was asked to report, or was queued. */
  void reportReader(Task t) {
    Reader r = t.get(READER);
    if (r == null || !(r.blocked || r.needsReport)) {
      tick(t);
      return;
    }
    Sched.touch(this, Access.WRITE);
    if (r.blocked) {
      blockedReaders.remove(t);
    }
    r.blocked = false;
    r.needsReport = false;
    for (int i = 0; i < running.size(); i++) {
      GracePeriod gp = running.get(i);
      if (gp.readers.contains(t)) {
        seesStores(gp, t.cpu());
      }
      readerIsDone(gp, t);
    }
    tick(t);
    finish();
  }

  /** A reader that was asked to report has closed its outermost section. */
  void readerIsDone(GracePeriod gp, Task t) {
    gp.readers.remove(t);
  }

  // ---- CPUs ------------------------------------------------------------------------------------

  /**
   * Whether {@code cpu} runs no reader, as its own tick or an interrupt on it can tell: mirrors
   * {@code rcu_flavor_sched_clock_irq} and {@code rcu_exp_handler}.
   */
  boolean isQuiescent(Cpu cpu) {
    Task t = cpu.current();
    if (t == null || t.inUserMode()) {
      return true;
    }
    return !t.isPreemptionOff() && !(preemptible && t.rcuReadLockNesting > 0);
  }

  /** A CPU reports a quiescent state to every grace period that waits for it. */
  final void report(Cpu cpu) {
    long bit = 1L << cpu.number();
    boolean any = false;
    for (int i = 0; i < running.size(); i++) {
      GracePeriod gp = running.get(i);
      if ((gp.cpus & bit) != 0) {
        any = true;
        gp.cpus &= ~bit;
        seesStores(gp, cpu);
      }
    }
    if (any) {
      Sched.touch(cpu.context(), Access.WRITE);
      Sched.touch(this, Access.WRITE);
      finish();
    }
  }

  /**
   * Who reports has passed a full barrier since its last reader: what that one stored is seen by
   * all when the grace period is over.
   */
  void seesStores(GracePeriod gp, Cpu cpu) {
    cpu.addStoresOfReaders(gp.stores);
  }

  /** Mirrors {@code rcu_note_context_switch}. */
  @Override
  public void contextSwitch(Cpu cpu, Task prev, boolean preempted) {
    if (preemptible && prev.rcuReadLockNesting > 0 && !prev.isHandler()) {
      if (!preempted) {
        RcuChecks.voluntarySwitch(prev);
      }
      queueReader(cpu, prev);
    }
    if (!running.isEmpty()) {
      report(cpu);
    }
  }

  /** A reader leaves its CPU, which can no longer answer for it. */
  void queueReader(Cpu cpu, Task t) {
    Reader r = reader(t);
    if (!r.blocked) {
      r.blocked = true;
      blockedReaders.add(t);
      long bit = 1L << cpu.number();
      for (int i = 0; i < running.size(); i++) {
        GracePeriod gp = running.get(i);
        if ((gp.cpus & bit) != 0 && !gp.readers.contains(t)) {
          gp.readers.add(t);
        }
      }
    }
  }

  @Override
  public void userMode(Task task, boolean enters) {
    if (enters && !running.isEmpty()) {
      report(task.cpu());
    }
  }

  /** Mirrors {@code exit_rcu}: a section left open ends with its task. */
  @Override
  public void exit(Task task) {
    sections.taskEnds(task);
    sections.forget(task);
    if (preemptible && task.rcuReadLockNesting > 0) {
      task.rcuReadLockNesting = 0;
      reportReader(task);
    }
    if (!running.isEmpty()) {
      report(task.cpu());
    }
  }

  @Override
  public void interruptExit(Task handler, Task interrupted) {
    if (!running.isEmpty()
        && (interrupted == null
            || interrupted.inUserMode()
            || (!interrupted.isPreemptionOff() && interrupted.rcuReadLockNesting == 0))) {
      report(handler.cpu());
    }
  }

  // ---- grace periods ---------------------------------------------------------------------------

  /**
   * Starts a grace period; the caller has made a scheduling point on this object.
   *
   * @param self the task that starts it
   * @param sleeps whether that task goes to sleep now, which is a quiescent state of its CPU
   */
  GracePeriod start(Task self, boolean sleeps) {
    GracePeriod gp = new GracePeriod(this, self);
    for (int c = 0; c < cpus; c++) {
      Sched.touch(machine.cpu(c).context(), Access.WRITE);
      askCpu(gp, self, sleeps, machine.cpu(c));
    }
    askBlockedReaders(gp);
    running.add(gp);
    GracePeriodStarted.tell(self, gp);
    return gp;
  }

  /** Readers that are on no CPU. */
  void askBlockedReaders(GracePeriod gp) {
    for (int i = 0; i < blockedReaders.size(); i++) {
      askReader(gp, blockedReaders.get(i));
    }
  }

  /** The grace periods that are not over yet. */
  final List<GracePeriod> running() {
    return running;
  }

  /** What the interrupt that the start of a grace period sends does on one CPU. */
  private void askCpu(GracePeriod gp, Task self, boolean sleeps, Cpu cpu) {
    Task t = cpu.current();
    Task below = t;
    while (below != null && below.isHandler()) {
      below = below.interrupted();
    }
    if (preemptible && below != null && below.rcuReadLockNesting > 0) {
      askReader(gp, below);
    }
    if (t == self && sleeps) {
      return;
    }
    if (isQuiescent(cpu)) {
      seesStores(gp, cpu);
      report(cpu);
    } else if (t != below || t.isPreemptionOff()) {
      gp.cpus |= 1L << cpu.number();
    }
  }

  /** The reader holds this grace period up, and reports when its outermost section closes. */
  void askReader(GracePeriod gp, Task t) {
    reader(t).needsReport = true;
    if (!gp.readers.contains(t)) {
      gp.readers.add(t);
    }
  }

  /** Whether a grace period has nobody left to wait for. */
  boolean isOver(GracePeriod gp) {
    return gp.cpus == 0 && gp.readers.isEmpty();
  }

  /** What the caller stored before is seen by all who read from here on. */
  void pointAtStart() {
    Sched.point(this, Access.WRITE);
  }

  /** Waits until every reader that is open now has closed its section. */
  final void synchronize(Task self) {
    pointAtStart();
    GracePeriod gp = start(self, true);
    Sleep.certainly();
    Sched.await(this, Access.WRITE, gp);
    Sched.awaitStores(gp.stores);
    running.remove(gp);
    GracePeriodEnded.tell(self, SectionOpened.RCU);
  }

  /** As {@link #synchronize}; one at a time, under the kernel's own mutex. */
  final void synchronizeExpedited(Task self) {
    boolean locked = expMutex.tryLock();
    if (!locked) {
      expMutex.lock();
    }
    RcuChecks.mightSleep(RcuChecks.EXPEDITED_WAIT);
    synchronize(self);
    expMutex.unlock();
  }

  // ---- callbacks -------------------------------------------------------------------------------

  /** Lets {@code callback} run in a softirq of this CPU after a grace period. */
  void call(Task self, Runnable callback) {
    Sched.point(this, Access.WRITE);
    GracePeriod gp = start(self, false);
    CallbackLedger.Entry entry = ledger.queue();
    Cpu cpu = self.cpu();
    gp.completion = () -> cpu.raiseRcuCore(() -> invoke(gp, callback, entry));
    callbacks.add(gp);
    finish();
  }

  /** Hands on the callbacks whose grace period is over; they ended in the order of their starts. */
  private void finish() {
    while (!callbacks.isEmpty() && isOver(callbacks.peek())) {
      GracePeriod gp = callbacks.poll();
      running.remove(gp);
      GracePeriodEnded.tell(gp.by, SectionOpened.RCU);
      gp.completion.run();
    }
  }

  /** Mirrors {@code rcu_do_batch}, for one callback. */
  private void invoke(GracePeriod gp, Runnable callback, CallbackLedger.Entry entry) {
    Sched.awaitStores(gp.stores);
    LockMap map = RcuChecks.lockdep(Task.current()).rcuCallback;
    RcuChecks.acquire(map);
    callback.run();
    RcuChecks.release(map);
    Fence.mb();
    Sched.touch(this, Access.WRITE);
    ledger.done(entry);
  }

  /** Waits until every callback that is queued now has run. */
  void barrier() {
    barrierMutex.lock();
    RcuChecks.mightSleep(RcuChecks.COMPLETION_WAIT);
    Sched.touch(this, Access.READ);
    Sched.await(this, Access.READ, new CallbacksRun(ledger.queued()));
    barrierMutex.unlock();
  }

  /** What rcu_barrier waits for. */
  private final class CallbacksRun implements Blocker {
    private final long upTo;

    CallbacksRun(long upTo) {
      this.upTo = upTo;
    }

    @Override
    public boolean ready() {
      return ledger.allRun(upTo);
    }

    @Override
    public String waitsFor() {
      return "RCU callbacks to run";
    }

    @Override
    public List<Task> holders() {
      return callbacks.isEmpty() ? List.of() : callbacks.peek().holders();
    }
  }
}
