package org.dmsim.futex;

import java.lang.invoke.MethodHandles;
import org.dmsim.cell.Fence;
import org.dmsim.cell.IntField;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Access;
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
final class FutexBucket {

  private static final IntField WAITERS = IntField.of(MethodHandles.lookup(), "waiters");

  private final SpinLock lock = new SpinLock("&futex_queues[i].lock");
  private final Count count;
  private int waiters;
  private FutexQueue first;
  private FutexQueue last;

  FutexBucket(int number) {
    this.count = Task.current() != null ? new Count(number) : null;
  }

  /** {@code futex_hb_waiters_inc}. */
  void announceWaiter() {
    if (count != null) {
      Sched.point(count, Access.ADD);
    }
    WAITERS.addInStep(this, 1);
  }

  /** {@code futex_hb_waiters_dec}; by whoever holds the lock. */
  void retireWaiter() {
    if (count != null) {
      Sched.touch(count, Access.ADD);
    }
    WAITERS.addInStep(this, -1);
  }

  /** {@code futex_hb_waiters_pending}. */
  boolean hasWaiters() {
    Fence.mb();
    if (count != null) {
      Sched.point(count, Access.READ);
    }
    return WAITERS.readInStep(this) != 0;
  }

  /** {@code spin_lock(&hb->lock)}. */
  void lock() {
    lock.lock();
  }

  /** {@code spin_unlock(&hb->lock)}. */
  void unlock() {
    lock.unlock();
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

  /** {@code hb->waiters}, an object of its own: who looks at it does not wait for the lock. */
  private static final class Count extends Shared {
    Count(int number) {
      super("futex_queues[" + number + "].waiters");
    }
  }
}
