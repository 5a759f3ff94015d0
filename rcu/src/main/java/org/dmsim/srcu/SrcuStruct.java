package org.dmsim.srcu;

import java.util.function.BooleanSupplier;
import org.dmsim.context.Warning;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.WaitType;
import org.dmsim.locking.Completion;
import org.dmsim.machine.Access;
import org.dmsim.machine.Oops;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.rcu.OpenSections;
import org.dmsim.rcu.RcuChecks;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;
import org.dmsim.splat.Splat;
import org.dmsim.version.SourcePlace;

/** A domain of SRCU; mirrors {@code struct srcu_struct}, 6.1. */
public final class SrcuStruct extends Shared {

  private static final SourcePlace SYNCHRONIZE =
      SourcePlace.of("kernel/rcu/srcutree.c", 1230, 1388);
  private static final SourcePlace MIGHT_SLEEP =
      SourcePlace.of("kernel/rcu/srcutree.c", 1238, 1396);
  private static final SourcePlace READERS_LEFT = SourcePlace.of("kernel/rcu/srcutree.c", 600);
  private static final SourcePlace CALLBACKS_LEFT = SourcePlace.of("kernel/rcu/srcutree.c", 608);

  private final SrcuAlgorithm algorithm;
  private final LockMap map;
  private final OpenSections sections;
  private final SrcuGracePeriods gracePeriods;
  private final BooleanSupplier readLockHeld = this::isReadLockHeld;
  private final SrcuLocks locks;
  private final boolean inGraph;
  private boolean cleanedUp;

  /**
   * A domain by the name that lockdep prints: {@code &md->io_barrier}. One that is made in a
   * machine works there, any other on real threads.
   */
  public SrcuStruct(String name) {
    this(name, new SrcuAlgorithm(name, false));
  }

  /** {@code DEFINE_STATIC_SRCU}: the first who updates it sets it up. */
  public static SrcuStruct ofStatic(String name) {
    return new SrcuStruct(name, new SrcuAlgorithm(name, false), new SrcuLocks(name, true));
  }

  SrcuStruct(String name, SrcuAlgorithm algorithm) {
    this(name, algorithm, new SrcuLocks(name, false));
  }

  private SrcuStruct(String name, SrcuAlgorithm algorithm, SrcuLocks locks) {
    this(name, algorithm, SrcuGracePeriods.of(name, algorithm, locks), locks);
  }

  SrcuStruct(String name, SrcuAlgorithm algorithm, SrcuGracePeriods gracePeriods) {
    this(name, algorithm, gracePeriods, new SrcuLocks(name, false));
  }

  private SrcuStruct(
      String name, SrcuAlgorithm algorithm, SrcuGracePeriods gracePeriods, SrcuLocks locks) {
    super(name);
    this.locks = locks;
    this.algorithm = algorithm;
    this.map = new LockMap(name, WaitType.INVALID, WaitType.INVALID, this);
    this.sections = new OpenSections(name, "srcu_read_lock", "srcu_read_unlock");
    this.gracePeriods = gracePeriods;
    algorithm.reportWith(sections);
    Task t = Task.current();
    inGraph = SrcuPolicy.WAITING_IN_LOCKDEP.holdsFor(t);
    if (t != null) {
      SrcuDomains.of(t.machine()).add(sections);
    }
  }

  // ---- readers ---------------------------------------------------------------------------------

  /**
   * {@code srcu_read_lock}: opens a read section, which may sleep, and which the same context
   * closes.
   *
   * @return what {@link #readUnlock} wants: the index on which the reader is counted
   */
  public int readLock() {
    Task t = Task.current();
    if (t == null) {
      return algorithm.enter();
    }
    alive(t);
    int idx = algorithm.enter();
    if (inGraph) {
      HeldLocks.acquireCheckedReader(map);
    } else {
      HeldLocks.acquireReader(map);
    }
    sections.opened(t, idx, false);
    return idx;
  }

  /** {@code srcu_read_unlock}. */
  public void readUnlock(int idx) {
    Task t = Task.current();
    if (t == null) {
      algorithm.leave(idx);
      return;
    }
    alive(t);
    HeldLocks.release(map);
    algorithm.leave(idx);
    sections.closed(t, idx);
  }

  /** {@code srcu_down_read}, of kernels from 6.3 on: as {@link #readLock}, for any context. */
  public int downRead() {
    Task t = Task.current();
    if (t == null) {
      return algorithm.enter();
    }
    alive(t);
    int idx = algorithm.enter();
    sections.opened(t, idx, true);
    return idx;
  }

  /** {@code srcu_up_read}: closes what any context has opened by {@link #downRead}. */
  public void upRead(int idx) {
    Task t = Task.current();
    if (t == null) {
      algorithm.leave(idx);
      return;
    }
    alive(t);
    algorithm.leave(idx);
    sections.closed(t, idx);
  }

  /** {@code srcu_read_lock_held}; true where nothing is checked. */
  public boolean isReadLockHeld() {
    Task t = Task.current();
    return !RcuChecks.isEnabled(t) || HeldLocks.of(t).holds(map);
  }

  /** {@code srcu_dereference}: follows a pointer that this domain protects. */
  public <T> T dereference(RcuPointer<T> pointer) {
    return pointer.dereferenceOnlyIf(readLockHeld);
  }

  // ---- updaters --------------------------------------------------------------------------------

  /** {@code synchronize_srcu}: returns once every section open at the call has been closed. */
  @KernelSymbol("synchronize_srcu")
  public void synchronize() {
    locks.mightBeIdle(this);
    waitForReaders();
  }

  /** {@code synchronize_srcu_expedited}: the same, sooner; the model's steps take no time. */
  @KernelSymbol("synchronize_srcu_expedited")
  public void synchronizeExpedited() {
    waitForReaders();
  }

  @KernelSymbol("__synchronize_srcu")
  private void waitForReaders() {
    Task t = Task.current();
    if (t != null) {
      alive(t);
      if (inGraph) {
        HeldLocks.sync(map);
      }
      if (RcuChecks.isEnabled(t) && (HeldLocks.of(t).holds(map) || RcuChecks.isInReader(t))) {
        RcuChecks.warn(
            t,
            SYNCHRONIZE,
            "Illegal synchronize_srcu() in same-type SRCU (or in RCU) read-side critical section!");
      }
      RcuChecks.mightSleep(MIGHT_SLEEP);
      locks.checkInit(this);
      if (t.machine().isRealtime()) {
        waitForCallback();
        return;
      }
      RcuChecks.mightSleep(RcuChecks.COMPLETION_WAIT);
      Sched.offer(); // the kernel's caller always sleeps: a worker wakes it
    }
    gracePeriods.run();
  }

  /**
   * As the kernel does it: a callback wakes the caller. Where bottom halves are off by a lock, it
   * can be told: the callback waits for a caller that has turned them off.
   */
  private void waitForCallback() {
    Completion completion = new Completion("&rcu.completion");
    gracePeriods.call(completion::complete);
    completion.waitFor();
  }

  /** {@code call_srcu}: {@code callback} runs after a grace period, in a worker. */
  @KernelSymbol("call_srcu")
  public void call(Runnable callback) {
    Task t = Task.current();
    if (t != null) {
      alive(t);
    }
    gracePeriods.call(callback);
  }

  /** {@code srcu_barrier}: returns once all callbacks queued before have run. */
  @KernelSymbol("srcu_barrier")
  public void barrier() {
    Task t = Task.current();
    if (t != null) {
      alive(t);
      locks.checkInit(this);
    }
    gracePeriods.barrier();
  }

  /**
   * {@code cleanup_srcu_struct}: nobody reads, no callback waits, and nobody uses the domain any
   * more. Where that does not hold it warns and leaves the domain as it is.
   */
  @KernelSymbol("cleanup_srcu_struct")
  public void cleanup() {
    Task t = Task.current();
    if (t == null) {
      gracePeriods.barrier();
      return;
    }
    alive(t);
    Sched.point(this, Access.WRITE);
    if (algorithm.active() != 0) {
      warn(t, READERS_LEFT);
      return;
    }
    gracePeriods.flush();
    if (gracePeriods.hasCallbacks()) {
      warn(t, CALLBACKS_LEFT);
      return;
    }
    cleanedUp = true;
    SrcuDomains.of(t.machine()).remove(sections);
  }

  private static void warn(Task t, SourcePlace place) {
    Warning.report(t, Check.WARNING, "", place, "cleanup_srcu_struct", Task.callTrace());
  }

  private void alive(Task t) {
    if (cleanedUp) {
      new Splat(t, Check.USE_AFTER_FREE)
          .headline("BUG: SRCU domain " + label() + " is used after cleanup_srcu_struct")
          .dumpStack()
          .make(Report.Counts.NONE);
      throw new Oops();
    }
  }
}
