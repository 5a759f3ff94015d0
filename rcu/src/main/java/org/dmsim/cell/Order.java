package org.dmsim.cell;

/**
 * How strongly an access is ordered with its neighbours: the words of
 * Documentation/memory-barriers.txt. The memory model goes by it, and so does a real processor.
 */
enum Order {
  /** {@code READ_ONCE}, {@code WRITE_ONCE}, and an atomic that returns nothing. */
  RELAXED,
  /** {@code smp_load_acquire}, {@code try_cmpxchg_acquire}, the taking of a lock. */
  ACQUIRE,
  /** {@code smp_store_release}, {@code rcu_assign_pointer}, the giving back of a lock. */
  RELEASE,
  /** An atomic that returns a value: {@code xchg}, {@code atomic_inc_return}. */
  FULL
}
