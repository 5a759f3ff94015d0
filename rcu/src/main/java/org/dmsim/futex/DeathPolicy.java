package org.dmsim.futex;

import java.util.Set;
import org.dmsim.version.Change;
import org.dmsim.version.KernelVersion;

/**
 * What the kernel does about the lock that a dying task was about to take or had just let go
 * ({@code list_op_pending}), where the word does not name the task as its owner. A wake-up meant
 * for the lock may have gone to this very task, and would die with it. It took four rounds to see
 * all of that.
 */
public enum DeathPolicy {
  /** Nothing: a lock that is not owned is no matter of a dying task. */
  OWNED_ONLY,
  /** Wakes a waiter of a word that is 0. */
  WAKE_IF_ZERO,
  /** Wakes a waiter of a word without an owner, also where an earlier owner died. */
  WAKE_IF_UNOWNED,
  /** As before, and where there is an owner that would wake nobody: WAITERS is not set. */
  WAKE_UNLESS_OWNER_WILL;

  private static final Change ZERO =
      new Change(
          "ca16d5bee598", "futex: Prevent robust futex exit race", KernelVersion.mainline(5, 5));

  private static final Change UNOWNED =
      new Change(
          "90d758896787",
          "futex: Resend potentially swallowed owner death notification",
          KernelVersion.mainline(6, 2),
          Set.of(KernelVersion.RECORDED));

  /** Merged for 7.2-rc7; 6.1.183 took it over, 6.18.44 has not got it. */
  private static final Change OWNER_WITHOUT_WAITERS =
      new Change(
          "6d4514ca9cdf",
          "futex: Prevent robust futex exit race some more",
          KernelVersion.mainline(7, 2),
          Set.of(KernelVersion.RECORDED));

  /** What a kernel does. */
  public static DeathPolicy of(KernelVersion kernel) {
    if (OWNER_WITHOUT_WAITERS.isIn(kernel)) {
      return WAKE_UNLESS_OWNER_WILL;
    }
    if (UNOWNED.isIn(kernel)) {
      return WAKE_IF_UNOWNED;
    }
    return ZERO.isIn(kernel) ? WAKE_IF_ZERO : OWNED_ONLY;
  }

  /** Whether to wake a waiter of a pending, non-PI lock whose word names another owner, or none. */
  boolean wakes(int word) {
    return switch (this) {
      case OWNED_ONLY -> false;
      case WAKE_IF_ZERO -> word == 0;
      case WAKE_IF_UNOWNED -> FutexWord.owner(word) == 0;
      case WAKE_UNLESS_OWNER_WILL -> FutexWord.owner(word) == 0 || (word & FutexWord.WAITERS) == 0;
    };
  }
}
