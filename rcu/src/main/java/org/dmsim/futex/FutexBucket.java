package org.dmsim.futex;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * One bucket of the futex hash ({@code struct futex_hash_bucket}): a spinlock, the chain of waiters
 * in the order in which they came, and how many there are or are about to be.
 *
 * <p>A waiter counts itself before it takes the lock and looks at the futex word, a waker changes
 * the word before it looks at the count; so a waker that sees 0 has nobody to wake, and need not
 * take the lock.
 */
final class FutexBucket extends Shared implements Blocker {

  private static final VarHandle WAITERS;

  static {
    try {
      WAITERS = MethodHandles.lookup().findVarHandle(FutexBucket.class, "waiters", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int number;
  private final ReentrantLock realLock;
  private final Count count;
  private volatile int waiters;
  private Task owner;
  private FutexQueue first;
  private FutexQueue last;

  FutexBucket(int number) {
    this.number = number;
    boolean inMachine = Task.current() != null;
    this.realLock = inMachine ? null : new ReentrantLock();
    this.count = inMachine ? new Count(number) : null;
  }

  /** {@code futex_hb_waiters_inc}. */
  void announceWaiter() {
    if (count != null) {
      Sched.point(count, Access.ADD);
    }
    WAITERS.getAndAdd(this, 1);
  }

  /** {@code futex_hb_waiters_dec}; by whoever holds the lock. */
  void retireWaiter() {
    if (count != null) {
      Sched.touch(count, Access.ADD);
    }
    WAITERS.getAndAdd(this, -1);
  }

  /** {@code futex_hb_waiters_pending}. */
  boolean hasWaiters() {
    if (count != null) {
      Sched.point(count, Access.READ);
    }
    return waiters != 0;
  }

  /** {@code spin_lock(&hb->lock)}. */
  void lock() {
    Task t = Task.current();
    if (t == null) {
      realLock.lock();
      return;
    }
    t.preemptCount += Task.PREEMPT_OFFSET;
    Sched.spin(this, Access.WRITE, this);
    owner = t;
  }

  /** {@code spin_unlock(&hb->lock)}; one step with what was done under the lock. */
  void unlock() {
    if (realLock != null) {
      realLock.unlock();
      return;
    }
    Sched.touch(this, Access.WRITE);
    owner.preemptCount -= Task.PREEMPT_OFFSET;
    owner = null;
  }

  /** {@code futex_queue}: at the end of the chain. */
  void add(FutexQueue q) {
    q.previous = last;
    if (last == null) {
      first = q;
    } else {
      last.next = q;
    }
    last = q;
    q.bucket = this;
  }

  /** {@code __futex_unqueue}. */
  void remove(FutexQueue q) {
    if (q.previous == null) {
      first = q.next;
    } else {
      q.previous.next = q.next;
    }
    if (q.next == null) {
      last = q.previous;
    } else {
      q.next.previous = q.previous;
    }
    q.next = null;
    q.previous = null;
    q.bucket = null;
    retireWaiter();
  }

  /** The head of the chain. */
  FutexQueue first() {
    return first;
  }

  @Override
  public boolean ready() {
    return owner == null;
  }

  @Override
  public String waitsFor() {
    return "spinlock " + label();
  }

  @Override
  public List<Task> holders() {
    return owner == null ? List.of() : List.of(owner);
  }

  @Override
  public String label() {
    return "futex_queues[" + number + "].lock";
  }

  /** {@code hb->waiters}, an object of its own: who looks at it does not wait for the lock. */
  private static final class Count extends Shared {
    private final int number;

    Count(int number) {
      this.number = number;
    }

    @Override
    public String label() {
      return "futex_queues[" + number + "].waiters";
    }
  }
}
