package org.dmsim.futex;

import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Sched;
import org.dmsim.machine.SwitchHook;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * The wait queues of all futexes ({@code futex_queues}), and the two operations on them: sleep if a
 * word still has an expected value, and wake those who sleep on a word.
 *
 * <p>Interface:
 *
 * <ul>
 *   <li>A table belongs to a machine ({@link #of}), or to real threads that make one of their own.
 *   <li>Operations return what the system call returns: 0 or a count, or a negated {@link Errno}.
 * </ul>
 */
public final class FutexTable {

  /** So that two searches of few words make few objects; collisions are as harmless as in Linux. */
  private static final int MACHINE_BUCKETS = 4;

  private static final int BUCKETS_PER_CPU = 256;

  private static final MachineKey<FutexTable> KEY =
      new MachineKey<>(
          "futexes",
          machine -> {
            if (Task.current() == null) {
              throw new IllegalStateException("processes get their memory inside Machine.boot");
            }
            FutexTable table = new FutexTable(MACHINE_BUCKETS);
            machine.addHook(
                new SwitchHook() {
                  @Override
                  public void exit(Task task) {
                    FutexTask futexes = FutexTask.of(task);
                    if (futexes != null) {
                      futexes.exit();
                    }
                  }
                });
            return table;
          });

  private final FutexBucket[] buckets;

  /**
   * A table for real threads.
   *
   * @param buckets a power of two
   */
  public FutexTable(int buckets) {
    if (Integer.bitCount(buckets) != 1) {
      throw new IllegalArgumentException(buckets + " buckets: not a power of two");
    }
    this.buckets = new FutexBucket[buckets];
    for (int i = 0; i < buckets; i++) {
      this.buckets[i] = new FutexBucket(i);
    }
  }

  /** As large as the kernel makes it for that many CPUs ({@code futex_init}). */
  public static FutexTable forCpus(int cpus) {
    return new FutexTable(Integer.highestOneBit(BUCKETS_PER_CPU * cpus * 2 - 1));
  }

  /** The machine's own; the first call, in its set-up, makes it. */
  public static FutexTable of(Machine machine) {
    return machine.part(KEY);
  }

  /**
   * FUTEX_WAIT: sleeps, if the word at {@code address} is {@code expected}, until a wake-up. The
   * comparison and the going to sleep are one step against every waker.
   *
   * @param isPrivate FUTEX_PRIVATE_FLAG: waiters and wakers are of one process
   * @param timeout nanoseconds, or {@link Sched#FOREVER}
   * @return 0 woken, -EAGAIN another value, -ETIMEDOUT, -EINTR, -EFAULT, -EINVAL misaligned
   */
  @KernelSymbol("futex_wait")
  public int await(FutexTask self, long address, int expected, boolean isPrivate, long timeout) {
    int error = self.checkFutexAddress(address, isPrivate);
    if (error != 0) {
      return error;
    }
    FutexQueue q =
        new FutexQueue(
            self.futexSpace(address, isPrivate),
            self.futexPosition(address, isPrivate),
            self,
            address);
    FutexBucket bucket = bucketOf(q.space, q.position);
    bucket.announceWaiter();
    bucket.lock();
    UserAccess user = self.user();
    int value = user.get32(address);
    if (user.faulted() || value != expected) {
      error = user.faulted() ? -Errno.EFAULT : -Errno.EAGAIN;
      bucket.retireWaiter();
      bucket.unlock();
      return error;
    }
    bucket.add(q);
    bucket.unlock();
    Sched.Wake reason = q.sleep(timeout);
    if (reason == Sched.Wake.READY || !unqueue(q, bucket)) {
      return 0; // taken off the chain means woken, whatever else happened
    }
    return reason == Sched.Wake.TIMEOUT ? -Errno.ETIMEDOUT : -Errno.EINTR;
  }

  /** {@code futex_unqueue}: false if a waker was faster. */
  private static boolean unqueue(FutexQueue q, FutexBucket bucket) {
    bucket.lock();
    boolean queued = q.bucket != null;
    if (queued) {
      bucket.remove(q);
    }
    bucket.unlock();
    return queued;
  }

  /**
   * FUTEX_WAKE: wakes up to {@code count} tasks that sleep on a word, in the order in which they
   * came.
   *
   * @return how many it woke, or -EINVAL misaligned, -EFAULT
   */
  @KernelSymbol("futex_wake")
  public int wake(FutexTask self, long address, boolean isPrivate, int count) {
    int error = self.checkFutexAddress(address, isPrivate);
    if (error != 0) {
      return error;
    }
    FutexSpace space = self.futexSpace(address, isPrivate);
    long position = self.futexPosition(address, isPrivate);
    FutexBucket bucket = bucketOf(space, position);
    if (!bucket.hasWaiters()) {
      return 0;
    }
    bucket.lock();
    int woken = 0;
    for (FutexQueue q = bucket.first(), next; q != null && woken < count; q = next) {
      next = q.next;
      if (q.matches(space, position)) {
        bucket.remove(q);
        q.wake();
        woken++;
      }
    }
    bucket.unlock();
    return woken;
  }

  /** {@code futex_hash}. */
  private FutexBucket bucketOf(FutexSpace space, long position) {
    long h = (position >>> 2) * 0x9e3779b97f4a7c15L + space.seed();
    return buckets[(int) (h >>> 32) & (buckets.length - 1)];
  }
}
