package org.dmsim.locking;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.dmsim.context.MightSleep;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.LockUse;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/**
 * Many readers or one writer, whose waiters sleep; mirrors {@code struct rw_semaphore}, 6.1. A
 * reader that finds other readers inside and anybody waiting joins the queue's end, so a reader
 * that comes again behind a waiting writer waits for ever.
 */
public final class RwSemaphore extends Shared {

  private static final SourcePlace DOWN_READ = SourcePlace.of("kernel/locking/rwsem.c", 1519, 1523);
  private static final SourcePlace DOWN_WRITE =
      SourcePlace.of("kernel/locking/rwsem.c", 1572, 1576);

  private final LockMap map;
  private final List<Task> readers = new ArrayList<>(2);
  private final ArrayDeque<Waiter> queue = new ArrayDeque<>(0);
  private final Semaphoric real = new Semaphoric();
  private Task writer;

  /** A free semaphore of the class that lockdep prints as {@code name}. */
  public RwSemaphore(String name) {
    super(name);
    map = new LockMap(name, WaitType.INVALID, WaitType.SLEEP, this);
  }

  /** {@code down_read}. */
  @KernelSymbol("down_read")
  public void downRead() {
    MightSleep.check(DOWN_READ);
    HeldLocks.acquire(map, 0, false, LockUse.READ);
    Task t = Task.current();
    if (t == null) {
      real.readLock().lock();
      return;
    }
    take(t, true);
    readers.add(t);
    LockTaken.tell(t, map, true);
  }

  /** {@code down_write}. */
  @KernelSymbol("down_write")
  public void downWrite() {
    downWriteNested(0);
  }

  /** {@code down_write_nested}: a second lock of the same class, meant to be taken inside. */
  @KernelSymbol("down_write_nested")
  public void downWriteNested(int subclass) {
    MightSleep.check(DOWN_WRITE);
    HeldLocks.acquire(map, subclass, false, LockUse.WRITE);
    Task t = Task.current();
    if (t == null) {
      real.writeLock().lock();
      return;
    }
    take(t, false);
    writer = t;
    LockTaken.tell(t, map, false);
  }

  /** {@code down_read_trylock}. */
  @KernelSymbol("down_read_trylock")
  public boolean downReadTrylock() {
    Task t = Task.current();
    if (t == null) {
      return Semaphoric.tryInTurn(real.readLock());
    }
    Sched.point(this, Access.WRITE);
    if (writer != null || !mayPass(t)) {
      return false;
    }
    readers.add(t);
    LockTaken.tell(t, map, true);
    HeldLocks.acquire(map, 0, true, LockUse.READ);
    return true;
  }

  /** {@code down_write_trylock}. */
  @KernelSymbol("down_write_trylock")
  public boolean downWriteTrylock() {
    Task t = Task.current();
    if (t == null) {
      return Semaphoric.tryInTurn(real.writeLock());
    }
    Sched.point(this, Access.WRITE);
    if (writer != null || !readers.isEmpty()) {
      return false;
    }
    writer = t;
    LockTaken.tell(t, map, false);
    HeldLocks.acquire(map, 0, true, LockUse.WRITE);
    return true;
  }

  /** {@code up_read}. */
  @KernelSymbol("up_read")
  public void upRead() {
    HeldLocks.release(map);
    Task t = Task.current();
    if (t == null) {
      real.readLock().unlock();
      return;
    }
    Sched.point(this, Access.WRITE);
    readers.remove(t);
    LockGiven.tell(t, map);
  }

  /** {@code up_write}. */
  @KernelSymbol("up_write")
  public void upWrite() {
    HeldLocks.release(map);
    Task t = Task.current();
    if (t == null) {
      real.writeLock().unlock();
      return;
    }
    Sched.point(this, Access.WRITE);
    writer = null;
    LockGiven.tell(t, map);
  }

  private void take(Task t, boolean reader) {
    Sched.point(this, Access.WRITE);
    if (writer == null && (readers.isEmpty() || (reader && mayPass(t)))) {
      return;
    }
    Waiter w = new Waiter(reader, t.machine().isRealtime());
    queue.add(w);
    Sched.await(this, Access.WRITE, w);
    queue.remove(w);
  }

  /**
   * Whether a reader may join those inside. With PREEMPT_RT it may until a writer has got in;
   * mirrors {@code __rwbase_read_lock}, kernel/locking/rwbase_rt.c, 6.12.
   */
  private boolean mayPass(Task t) {
    return queue.isEmpty() || t.machine().isRealtime();
  }

  /** What lockdep knows of it, for {@code lockdep_is_held}. */
  public LockMap depMap() {
    return map;
  }

  /** One that waits in line. */
  private final class Waiter implements Blocker {
    private final boolean reader;
    private final boolean passes;

    Waiter(boolean reader, boolean passes) {
      this.reader = reader;
      this.passes = passes;
    }

    @Override
    public boolean ready() {
      if (writer != null) {
        return false;
      }
      if (!reader) {
        return readers.isEmpty() && queue.peek() == this;
      }
      for (Waiter w : queue) {
        if (w == this || passes) {
          return true;
        }
        if (!w.reader) {
          return false;
        }
      }
      return false;
    }

    @Override
    public String waitsFor() {
      return "rw_semaphore " + label() + (reader ? " for reading" : " for writing");
    }

    @Override
    public List<Task> holders() {
      return writer != null ? List.of(writer) : List.copyOf(readers);
    }
  }

  /** The lock of real threads; fair, so that a reader does not pass a writer that waits. */
  private static final class Semaphoric extends ReentrantReadWriteLock {
    private static final long serialVersionUID = 1L;

    Semaphoric() {
      super(true);
    }

    /** Without waiting, and without passing who waits; the plain form would pass. */
    static boolean tryInTurn(Lock lock) {
      try {
        return lock.tryLock(0, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
