package org.dmsim.srcu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.dmsim.cell.Fence;
import org.dmsim.context.Sleep;
import org.dmsim.locking.LocalBh;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.rcu.CallbackLedger;
import org.dmsim.rcu.GracePeriodEnded;
import org.dmsim.rcu.GracePeriodStarted;
import org.dmsim.rcu.RcuChecks;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * Grace periods in a machine. A task that waits for one runs it itself, where the kernel lets a
 * worker do so; callbacks have a worker here too. Tasks that wait at the same time share one, but
 * nobody is content with one that had begun before.
 */
class MachineGracePeriods extends Shared implements SrcuGracePeriods {

  private final String name;
  private final SrcuAlgorithm algorithm;
  private final ArrayDeque<Callback> callbacks = new ArrayDeque<>(0);
  private final CallbackLedger ledger = new CallbackLedger();
  private final SrcuLocks locks;
  private final Work work;
  private final Mutex barrierMutex;
  private Task running;
  private long started;
  private long ended;

  MachineGracePeriods(String name, SrcuAlgorithm algorithm) {
    this(name, algorithm, new SrcuLocks(name, false));
  }

  MachineGracePeriods(String name, SrcuAlgorithm algorithm, SrcuLocks locks) {
    super(name + ".srcu_gp_seq");
    this.name = name;
    this.locks = locks;
    this.algorithm = algorithm;
    boolean apart = SrcuPolicy.UPDATE_SIDE_APART.holdsFor(Task.current());
    String update = apart ? "&ssp->srcu_sup->" : "&ssp->";
    this.barrierMutex = new Mutex(update + "srcu_barrier_mutex");
    this.work = new Work("(work_completion)(&(" + update + "work)->work)", this::processSrcu);
  }

  private record Callback(Runnable function, CallbackLedger.Entry entry) {}

  @Override
  public void run() {
    sleepForWorker(Task.current());
    Sched.touch(this, Access.READ);
    Turn turn = new Turn(needed(started, running != null));
    Sched.await(this, Access.WRITE, turn);
    if (turn.isOver()) {
      return;
    }
    running = Task.current();
    started++;
    GracePeriodStarted.tell(running, name);
    algorithm.gracePeriod();
    GracePeriodEnded.tell(running, name);
    Sched.touch(this, Access.WRITE);
    running = null;
    ended++;
  }

  /** The number of the grace period that is enough for who asks now. */
  long needed(long begun, boolean oneRuns) {
    return begun + 1;
  }

  /** Waits until callbacks that are taken now may run. */
  void runBeforeCallbacks() {
    run();
  }

  /**
   * The kernel's waiter sleeps until a worker is done. Where the waiter can be preempted the worker
   * may be done first, and then it does not sleep; only in an RCU reader can that be told.
   */
  private static void sleepForWorker(Task t) {
    Sleep.certainly();
    if (t.rcuReadLockNesting > 0 && t.preemptCount == 0 && t.machine().chooseInt(2) == 1) {
      Sleep.schedule();
    }
  }

  /** What a task waits for that wants a grace period: it is over, or none runs. */
  private final class Turn implements Blocker {
    private final long needed;

    Turn(long needed) {
      this.needed = needed;
    }

    boolean isOver() {
      return ended >= needed;
    }

    @Override
    public boolean ready() {
      return running == null || isOver();
    }

    @Override
    public String waitsFor() {
      return "a grace period of " + name;
    }

    @Override
    public List<Task> holders() {
      return running == null ? List.of() : List.of(running);
    }
  }

  @Override
  public void call(Runnable callback) {
    Sched.point(this, Access.WRITE);
    locks.enqueue(this);
    callbacks.add(new Callback(callback, ledger.queue()));
    Workqueue.rcuGp().queue(work);
  }

  /** Mirrors {@code process_srcu} and {@code srcu_invoke_callbacks}. */
  @KernelSymbol("process_srcu")
  private void processSrcu() {
    Sched.point(this, Access.WRITE);
    List<Callback> batch = new ArrayList<>(callbacks);
    callbacks.clear();
    if (!batch.isEmpty()) {
      runBeforeCallbacks();
    }
    for (Callback callback : batch) {
      LocalBh.disable();
      callback.function().run();
      LocalBh.enable();
      Fence.mb();
      Sched.touch(this, Access.WRITE);
      ledger.done(callback.entry());
    }
  }

  @Override
  public void barrier() {
    barrierMutex.lock();
    locks.entrain(this);
    RcuChecks.mightSleep(RcuChecks.COMPLETION_WAIT);
    Sched.touch(this, Access.READ);
    Sched.await(this, Access.READ, new CallbacksRun(ledger.queued()));
    barrierMutex.unlock();
  }

  /** What srcu_barrier waits for. */
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
      return "callbacks of " + name + " to run";
    }
  }

  @Override
  public void flush() {
    work.flush();
  }

  @Override
  public boolean hasCallbacks() {
    return ledger.isPending();
  }
}
