package org.dmsim.litmus.event;

/** What a thread's run asks the rest of the world. */
interface Memory {
  /** The value that a read gets. */
  long read(int location);

  void write(int location, long value);

  /** Whether a spin_lock goes through: it must. */
  void lock(int location) throws DeadWay;

  /** Whether a spin_trylock gets the lock. */
  boolean tryLock(int location);

  /** Whether a spin_is_locked says so. */
  boolean isLocked(int location);

  void unlock(int location);
}
