package org.dmsim.futex;

import org.dmsim.report.KernelSymbol;

/**
 * The end of a thread that may hold robust locks: the kernel goes through the list that the thread
 * kept in its own memory, and marks and wakes what the thread still owns.
 *
 * <p>The list is user space's, so nothing in it is trusted. Every pointer may lead nowhere, into
 * the kernel, to a misaligned word or round in a circle; each ends the walk without a word. What
 * was done until then stays done.
 *
 * <p>The head is three pointers: the first entry, what to add to an entry's address to get that of
 * its futex word, and {@code list_op_pending}, the entry of a lock that the thread was just taking
 * or letting go. The list is closed: its last entry points to the head. Bit 0 of a pointer says
 * that the lock it leads to is a PI lock.
 */
final class RobustList {

  /** {@code ROBUST_LIST_LIMIT}: entries looked at, the pending one not counted. */
  static final int LIMIT = 2048;

  /** {@code sizeof(struct robust_list_head)}. */
  static final long HEAD_SIZE = 24;

  private static final int OFFSET = 8;
  private static final int PENDING = 16;
  private static final long PI = 1;

  private final FutexTask task;
  private final UserAccess user;
  private final DeathPolicy policy;
  private final int limit;

  RobustList(FutexTask task, DeathPolicy policy, int limit) {
    this.task = task;
    this.user = task.user();
    this.policy = policy;
    this.limit = limit;
  }

  /** Mirrors exit_robust_list, 6.1. */
  @KernelSymbol("exit_robust_list")
  void exit(long head) {
    long entry = user.get64(head);
    if (user.faulted()) {
      return;
    }
    long futexOffset = user.get64(head + OFFSET);
    if (user.faulted()) {
      return;
    }
    long pending = user.get64(head + PENDING);
    if (user.faulted()) {
      return;
    }
    // The pending lock may be on the list as well. It is left out there and dealt with last, by the
    // rules for pending ones. A broken list ends the walk before that; the limit does not.
    for (int left = limit; (entry & ~PI) != head; left--) {
      if (left == 0) {
        break;
      }
      // The next entry is read before the lock is let go: from then on the memory is another's.
      long next = user.get64(entry & ~PI);
      boolean torn = user.faulted();
      boolean isPending = (entry & ~PI) == (pending & ~PI);
      if (!isPending && !ownerDied(entry, futexOffset, false)) {
        return;
      }
      if (torn) {
        return;
      }
      entry = next;
      task.condResched();
    }
    if ((pending & ~PI) != 0) {
      ownerDied(pending, futexOffset, true);
    }
  }

  /**
   * One lock that the thread may own. Mirrors handle_futex_death, 6.1.
   *
   * @return false if its word cannot be reached, which ends the walk
   */
  @KernelSymbol("handle_futex_death")
  private boolean ownerDied(long entry, long futexOffset, boolean isPending) {
    boolean isPi = (entry & PI) != 0;
    long address = (entry & ~PI) + futexOffset;
    if ((address & 3) != 0) {
      return false;
    }
    for (; ; ) {
      int word = user.get32(address);
      if (user.faulted()) {
        return false;
      }
      if (FutexWord.owner(word) != task.tid()) {
        if (isPending && !isPi && policy.wakes(word)) {
          wakeOne(address);
        }
        return true;
      }
      int dead = (word & FutexWord.WAITERS) | FutexWord.OWNER_DIED;
      int found = user.compareAndExchange32(address, word, dead);
      if (user.faulted()) {
        return false;
      }
      if (found == word) {
        // Waiters of a PI lock are not futex waiters: its rt_mutex hands it over.
        if (!isPi && (word & FutexWord.WAITERS) != 0) {
          wakeOne(address);
        }
        return true;
      }
    }
  }

  private void wakeOne(long address) {
    task.table().wake(task, address, false, 1);
  }
}
