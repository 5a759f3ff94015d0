package org.dmsim.futex.nptl;

import static org.dmsim.futex.nptl.MutexLayout.LOCK;
import static org.dmsim.futex.nptl.MutexLayout.OWNER;

import org.dmsim.futex.Errno;
import org.dmsim.futex.UserMemory;
import org.dmsim.machine.Sched;

/**
 * A thread's hold on a mutex that is not robust (PTHREAD_MUTEX_NORMAL): 0 free, 1 held, 2 held and
 * somebody may wait. The word does not say who holds it, and it is on no list; so when its owner
 * dies, nobody can know, and its waiters wait for ever.
 *
 * <p>Methods return 0 or a positive {@link Errno}, as pthread functions do.
 */
public final class PlainMutex {

  private static final int FREE = 0;
  private static final int HELD = 1;
  private static final int CONTENDED = 2;

  private final Pthread self;
  private final UserMemory memory;
  private final long mutex;
  private final boolean isPrivate;

  /**
   * The mutex at an address of the thread's memory.
   *
   * @param isPrivate whether all its users are of one process (PTHREAD_PROCESS_PRIVATE)
   */
  public PlainMutex(Pthread self, long mutex, boolean isPrivate) {
    this.self = self;
    this.memory = self.memory();
    this.mutex = mutex;
    this.isPrivate = isPrivate;
  }

  /** pthread_mutex_lock. */
  public int lock() {
    return lock(Sched.FOREVER);
  }

  /** pthread_mutex_timedlock: 0 or ETIMEDOUT; nanoseconds, for each time that it has to sleep. */
  public int lock(long timeout) {
    if (memory.compareAndExchange32(mutex + LOCK, FREE, HELD) != FREE) {
      while (memory.exchange32(mutex + LOCK, CONTENDED) != FREE) {
        int result = self.kernel().futexWait(mutex + LOCK, CONTENDED, isPrivate, timeout);
        if (result == -Errno.ETIMEDOUT) {
          return Errno.ETIMEDOUT;
        }
      }
    }
    memory.store32(mutex + OWNER, self.tid());
    return 0;
  }

  /** pthread_mutex_trylock: 0 or EBUSY. */
  public int tryLock() {
    if (memory.compareAndExchange32(mutex + LOCK, FREE, HELD) != FREE) {
      return Errno.EBUSY;
    }
    memory.store32(mutex + OWNER, self.tid());
    return 0;
  }

  /** pthread_mutex_unlock; glibc does not ask who calls it. */
  public int unlock() {
    memory.store32(mutex + OWNER, 0);
    if (memory.exchange32(mutex + LOCK, FREE) > HELD) {
      self.kernel().futexWake(mutex + LOCK, isPrivate, 1);
    }
    return 0;
  }
}
