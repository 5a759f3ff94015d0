package org.dmsim.litmus.lang;

/** How an access is ordered, in the words of {@code tools/memory-model/linux-kernel.bell}. */
public enum Order {
  /** READ_ONCE, WRITE_ONCE, and the _relaxed forms. */
  ONCE,
  /** smp_load_acquire and the _acquire forms. */
  ACQUIRE,
  /** smp_store_release and the _release forms. */
  RELEASE,
  /** A read-modify-write between two full fences. */
  MB,
  /** The read of a read-modify-write that returns nothing. */
  NORETURN
}
