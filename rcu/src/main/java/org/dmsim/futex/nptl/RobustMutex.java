package org.dmsim.futex.nptl;

import static org.dmsim.futex.nptl.MutexLayout.COUNT;
import static org.dmsim.futex.nptl.MutexLayout.ENTRY;
import static org.dmsim.futex.nptl.MutexLayout.INCONSISTENT;
import static org.dmsim.futex.nptl.MutexLayout.LOCK;
import static org.dmsim.futex.nptl.MutexLayout.NOT_RECOVERABLE;
import static org.dmsim.futex.nptl.MutexLayout.OWNER;

import org.dmsim.futex.Errno;
import org.dmsim.futex.FutexWord;
import org.dmsim.futex.UserMemory;
import org.dmsim.futex.nptl.MutexLayout.Type;
import org.dmsim.machine.Sched;

/**
 * A thread's hold on a robust mutex (PTHREAD_MUTEX_ROBUST): a mutex whose next owner is told that
 * the last one died.
 *
 * <p>Interface:
 *
 * <ul>
 *   <li>The mutex lies in memory that threads share, within a process or between processes, each at
 *       its own address. One object a thread and mutex; the object has no state.
 *   <li>Methods return 0 or a positive {@link Errno}, as pthread functions do.
 *   <li>EOWNERDEAD means that the caller holds the mutex, and what it protects may be in disorder.
 *       {@link #markConsistent} says that it is in order again; an {@link #unlock} without that
 *       makes the mutex useless for ever: ENOTRECOVERABLE.
 * </ul>
 */
public final class RobustMutex {

  private final Pthread self;
  private final UserMemory memory;
  private final long mutex;
  private final Type type;

  /** The mutex at an address of the thread's memory; {@link MutexLayout#init} made it. */
  public RobustMutex(Pthread self, long mutex) {
    this.self = self;
    this.memory = self.memory();
    this.mutex = mutex;
    this.type = MutexLayout.type(memory, mutex);
  }

  /** pthread_mutex_lock: 0, EOWNERDEAD, ENOTRECOVERABLE, EDEADLK. */
  public int lock() {
    return lock(Sched.FOREVER);
  }

  /**
   * pthread_mutex_timedlock: as {@link #lock}, or ETIMEDOUT.
   *
   * @param timeout nanoseconds, for each time that it has to sleep
   */
  public int lock(long timeout) {
    self.setPending(mutex + ENTRY);
    int word = memory.load32(mutex + LOCK);
    int others = 0; // FUTEX_WAITERS from the first sleep on: others may have slept beside us
    for (; ; ) {
      if (word == 0) {
        word = memory.compareAndExchange32(mutex + LOCK, 0, self.tid() | others);
        if (word == 0) {
          return acquired(false);
        }
      }
      if ((word & FutexWord.OWNER_DIED) != 0) {
        int kept = self.protocol().keepsWaiters() ? others : 0;
        int mine = self.tid() | (word & FutexWord.WAITERS) | kept;
        int found = memory.compareAndExchange32(mutex + LOCK, word, mine);
        if (found == word) {
          return acquiredFromTheDead();
        }
        word = found;
        continue;
      }
      if (FutexWord.owner(word) == self.tid() && type != Type.NORMAL) {
        return relock();
      }
      if ((word & FutexWord.WAITERS) == 0) {
        int found = memory.compareAndExchange32(mutex + LOCK, word, word | FutexWord.WAITERS);
        if (found != word) {
          word = memory.load32(mutex + LOCK);
          continue;
        }
        word |= FutexWord.WAITERS;
      }
      others = FutexWord.WAITERS;
      int result = self.kernel().futexWait(mutex + LOCK, word, false, timeout);
      if (result == -Errno.ETIMEDOUT) {
        return Errno.ETIMEDOUT; // the announcement stays; the next operation overwrites it
      }
      word = memory.load32(mutex + LOCK);
    }
  }

  /** pthread_mutex_trylock: as {@link #lock}, or EBUSY. */
  public int tryLock() {
    self.setPending(mutex + ENTRY);
    int word = memory.load32(mutex + LOCK);
    for (; ; ) {
      if ((word & FutexWord.OWNER_DIED) != 0) {
        int mine = self.tid() | (word & FutexWord.WAITERS);
        int found = memory.compareAndExchange32(mutex + LOCK, word, mine);
        if (found == word) {
          return acquiredFromTheDead();
        }
        word = found;
        continue;
      }
      if (FutexWord.owner(word) == self.tid() && type != Type.NORMAL) {
        return relock();
      }
      word = memory.compareAndExchange32(mutex + LOCK, 0, self.tid());
      if (word == 0) {
        return acquired(true);
      }
      if ((word & FutexWord.OWNER_DIED) == 0) {
        self.clearPending();
        return Errno.EBUSY;
      }
      if (memory.load32(mutex + OWNER) == NOT_RECOVERABLE) {
        return notRecoverable();
      }
    }
  }

  /** The owner locks again. */
  private int relock() {
    self.clearPending();
    if (type == Type.ERRORCHECK) {
      return Errno.EDEADLK;
    }
    memory.store32(mutex + COUNT, memory.load32(mutex + COUNT) + 1);
    return 0;
  }

  /** The word is ours, and nobody died over it. */
  private int acquired(boolean byTryLock) {
    if (memory.load32(mutex + OWNER) == NOT_RECOVERABLE) {
      boolean mended = self.protocol().mendsNotRecoverable();
      if (mended || !byTryLock) {
        int word = memory.exchange32(mutex + LOCK, 0);
        if (mended ? (word & FutexWord.WAITERS) != 0 : word > 1) {
          self.kernel().futexWake(mutex + LOCK, false, 1);
        }
      }
      return notRecoverable();
    }
    memory.store32(mutex + COUNT, 1);
    self.enqueue(mutex + ENTRY);
    self.clearPending();
    memory.store32(mutex + OWNER, self.tid());
    return 0;
  }

  private int notRecoverable() {
    memory.store32(mutex + COUNT, 0);
    self.clearPending();
    return Errno.ENOTRECOVERABLE;
  }

  private int acquiredFromTheDead() {
    memory.store32(mutex + COUNT, 1);
    memory.store32(mutex + OWNER, INCONSISTENT);
    self.enqueue(mutex + ENTRY);
    self.clearPending();
    return Errno.EOWNERDEAD;
  }

  /** pthread_mutex_unlock: 0, or EPERM for a caller that does not hold it. */
  public int unlock() {
    int word = memory.load32(mutex + LOCK);
    boolean isMine = FutexWord.owner(word) == self.tid();
    if (!isMine && type != Type.RECURSIVE) {
      return Errno.EPERM;
    }
    int owner = memory.load32(mutex + OWNER);
    boolean inconsistent = isMine && owner == INCONSISTENT;
    if (type == Type.RECURSIVE && !inconsistent && owner != self.tid()) {
      return Errno.EPERM;
    }
    if (type == Type.RECURSIVE) {
      int count = memory.load32(mutex + COUNT) - 1;
      memory.store32(mutex + COUNT, count);
      if (count != 0) {
        return inconsistent ? Errno.ENOTRECOVERABLE : 0;
      }
    }
    self.setPending(mutex + ENTRY);
    self.dequeue(mutex + ENTRY);
    memory.store32(mutex + OWNER, inconsistent ? NOT_RECOVERABLE : 0);
    word = memory.exchange32(mutex + LOCK, 0);
    if ((word & FutexWord.WAITERS) != 0) {
      self.kernel().futexWake(mutex + LOCK, false, 1);
    }
    self.clearPending();
    return 0;
  }

  /** pthread_mutex_consistent: 0, or EINVAL if the mutex was not taken from an owner that died. */
  public int markConsistent() {
    if (memory.load32(mutex + OWNER) != INCONSISTENT) {
      return Errno.EINVAL;
    }
    memory.store32(mutex + OWNER, self.tid());
    return 0;
  }
}
