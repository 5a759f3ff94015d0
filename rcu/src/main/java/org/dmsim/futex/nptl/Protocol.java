package org.dmsim.futex.nptl;

/**
 * How robust mutexes are locked and unlocked: glibc's way, and ways that are wrong in one point
 * each.
 *
 * @param listOpPending whether a thread says which lock it is about to take or let go ({@code
 *     list_op_pending}); what the kernel needs where a lock is taken and not yet on the list
 * @param keepsWaiters whether a thread that slept sets FUTEX_WAITERS also where it takes the lock
 *     from an owner that died, since others may sleep on; glibc does from 2.25 on (bug 20973)
 * @param mendsNotRecoverable whether a thread that finds the mutex not recoverable lets go of it,
 *     and wakes the next waiter to be told the same. glibc 2.36 means to and does not: lock
 *     compares the old word with 1 as a signed number, and one with FUTEX_WAITERS is negative;
 *     trylock compares it with the caller's thread id, and it is 0
 */
public record Protocol(boolean listOpPending, boolean keepsWaiters, boolean mendsNotRecoverable) {

  /** What glibc 2.36 does. */
  public static final Protocol GLIBC = new Protocol(true, true, false);

  /** What glibc 2.36 means to do. */
  public static final Protocol MENDED = new Protocol(true, true, true);

  /** The list alone, without the announcement. */
  public static final Protocol WITHOUT_LIST_OP_PENDING = new Protocol(false, true, true);

  /** Before glibc 2.25: an heir that was woken forgets that others may still sleep. */
  public static final Protocol FORGETS_WAITERS = new Protocol(true, false, true);
}
