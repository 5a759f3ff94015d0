package org.dmsim.futex;

import org.dmsim.version.KernelPolicies;
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

  /** What a kernel does. */
  public static DeathPolicy of(KernelVersion kernel) {
    KernelPolicies policies = KernelPolicies.of(kernel);
    if (policies.has(FutexPolicy.WAKE_UNLESS_OWNER_WILL)) {
      return WAKE_UNLESS_OWNER_WILL;
    }
    if (policies.has(FutexPolicy.WAKE_IF_UNOWNED)) {
      return WAKE_IF_UNOWNED;
    }
    return policies.has(FutexPolicy.WAKE_IF_ZERO) ? WAKE_IF_ZERO : OWNED_ONLY;
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
