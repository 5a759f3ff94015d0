package org.dmsim.workqueue;

import java.util.List;
import org.dmsim.context.MightSleep;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/**
 * A function to be run by a worker; mirrors {@code struct work_struct}, 6.1. It is queued once at a
 * time, and never run by two workers at once.
 */
public class Work extends Shared {

  private static final SourcePlace COMPLETION_WAIT =
      SourcePlace.of("kernel/sched/completion.c", 101, 111);

  private final LockMap map;
  private final Runnable function;

  /** {@code WORK_STRUCT_PENDING}: queued, or about to be, and not started. */
  boolean pending;

  /** A task is in cancel_work_sync: nobody may queue it. */
  boolean canceling;

  Workqueue queue;
  WorkerPool pool;
  Worker runner;
  RealThreads realQueue;

  /** Its place among all that was queued where it is queued. */
  long ticket;

  private long runs;
  private long queuedRun;
  private long running;

  /** A work that is not queued. */
  public Work(Runnable function) {
    this("(work_completion)(work)", function);
  }

  /** As {@link #Work(Runnable)}; {@code name} is the lock class that lockdep prints. */
  public Work(String name, Runnable function) {
    super(name);
    this.map = new LockMap(name, WaitType.INVALID, WaitType.INVALID, this);
    this.function = function;
  }

  /** The lock class by which lockdep knows it. */
  public final String name() {
    return label();
  }

  final LockMap depMap() {
    return map;
  }

  final void run() {
    function.run();
  }

  /** It is on a queue now. */
  final void queued(Workqueue wq, long itsTicket) {
    queue = wq;
    ticket = itsTicket;
    queuedRun = ++runs;
    WorkMoves.tell(this, wq.name(), WorkMoves.Move.QUEUED);
  }

  /** It is on no queue any more: {@code by} runs it, or, if that is null, nobody does. */
  final void dequeued(Worker by) {
    pending = false;
    if (queue != null) {
      WorkMoves.Move move = by == null ? WorkMoves.Move.TAKEN_BACK : WorkMoves.Move.STARTS;
      WorkMoves.tell(this, queue.name(), move);
    }
    queue = null;
    if (by != null) {
      runner = by;
      running = queuedRun;
    }
    queuedRun = 0;
  }

  /** Its run has ended. */
  final void ended() {
    runner = null;
    running = 0;
    WorkMoves.tell(this, null, WorkMoves.Move.ENDS);
  }

  /** {@code work_pending}. */
  public final boolean isPending() {
    Sched.point(this, Access.READ);
    return pending;
  }

  /**
   * {@code flush_work}: returns once the run that was queued last has ended.
   *
   * @return whether there was something to wait for
   */
  @KernelSymbol("flush_work")
  public boolean flush() {
    if (Task.current() == null) {
      return RealThreads.flush(this);
    }
    WorkChecks.waits(this);
    Sched.point(this, Access.READ);
    Finished finished = new Finished(runs);
    boolean busy = !finished.ready();
    if (busy) {
      MightSleep.check(COMPLETION_WAIT);
    }
    Sched.await(this, Access.READ, finished);
    return busy;
  }

  /**
   * {@code cancel_work_sync}: takes it off its queue, and waits for a run that has begun.
   *
   * @return whether it was queued
   */
  @KernelSymbol("cancel_work_sync")
  public boolean cancelSync() {
    if (Task.current() == null) {
      return RealThreads.cancelSync(this);
    }
    Sched.await(this, Access.WRITE, new NobodyCancels());
    boolean was = grab();
    canceling = true;
    WorkChecks.waits(this);
    if (runner != null) {
      Sched.await(this, Access.WRITE, new Finished(running));
    }
    canceling = false;
    return was;
  }

  /**
   * {@code cancel_work}: takes it off its queue; a run that has begun goes on.
   *
   * @return whether it was queued
   */
  @KernelSymbol("cancel_work")
  public boolean cancel() {
    if (Task.current() == null) {
      return RealThreads.cancel(this);
    }
    Sched.point(this, Access.WRITE);
    return grab();
  }

  /** Mirrors {@code try_to_grab_pending}: whoever gets the pending bit owns the work. */
  boolean grab() {
    if (!pending) {
      return false;
    }
    if (queue != null) {
      queue.forget(this);
    }
    dequeued(null);
    return true;
  }

  /** Waits for the runs up to a number. */
  private final class Finished implements Blocker {
    private final long upTo;

    Finished(long upTo) {
      this.upTo = upTo;
    }

    @Override
    public boolean ready() {
      return (queuedRun == 0 || queuedRun > upTo) && (running == 0 || running > upTo);
    }

    @Override
    public String waitsFor() {
      return "work " + label();
    }

    @Override
    public List<Task> holders() {
      return runner == null ? List.of() : List.of(runner.task());
    }
  }

  /** Waits until no other task cancels this work. */
  private final class NobodyCancels implements Blocker {
    @Override
    public boolean ready() {
      return !canceling;
    }

    @Override
    public String waitsFor() {
      return "another task that cancels work " + label();
    }
  }
}
