package org.dmsim.futex;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * One task that waits on a futex ({@code struct futex_q}): on a bucket's chain until a waker takes
 * it off, or it gives up and takes itself off.
 *
 * <p>The key is what the word is, not where a process sees it: the mapped object and an offset for
 * a shared futex, the address space and the address for a private one.
 */
final class FutexQueue extends Shared implements Blocker {

  final FutexSpace space;
  final long position;
  private final FutexTask waiter;
  private final long address;
  private final Semaphore wakeUps = new Semaphore(0);

  /** The bucket whose chain it is on ({@code lock_ptr}); null as soon as it is woken. */
  volatile FutexBucket bucket;

  FutexQueue next;
  FutexQueue previous;

  FutexQueue(FutexSpace space, long position, FutexTask waiter, long address) {
    super("futex waiter");
    this.space = space;
    this.position = position;
    this.waiter = waiter;
    this.address = address;
  }

  boolean matches(FutexSpace otherSpace, long otherPosition) {
    return space == otherSpace && position == otherPosition;
  }

  /** {@code futex_wait_queue}: sleeps until woken, out of time, or killed. */
  Sched.Wake sleep(long timeout) {
    if (Task.current() != null) {
      return Sched.awaitInterruptible(this, Access.READ, this, timeout);
    }
    if (timeout == Sched.FOREVER) {
      wakeUps.acquireUninterruptibly();
      return Sched.Wake.READY;
    }
    try {
      boolean woken = wakeUps.tryAcquire(timeout, TimeUnit.NANOSECONDS);
      return woken ? Sched.Wake.READY : Sched.Wake.TIMEOUT;
    } catch (InterruptedException signal) {
      Thread.currentThread().interrupt();
      return Sched.Wake.SIGNAL;
    }
  }

  /** {@code wake_up_q}: the chain has let go of it already. */
  void wake() {
    if (Task.current() == null) {
      wakeUps.release();
    } else {
      Sched.touch(this, Access.WRITE);
    }
  }

  @Override
  public boolean ready() {
    return bucket == null;
  }

  @Override
  public String waitsFor() {
    return "futex " + space + " at 0x" + Long.toHexString(address);
  }

  /** The owner that the word names, if it lives: who has to unlock. */
  @Override
  public List<Task> holders() {
    return waiter.ownerOf(address);
  }

  @Override
  public String label() {
    return "futex waiter " + waiter.tid();
  }
}
