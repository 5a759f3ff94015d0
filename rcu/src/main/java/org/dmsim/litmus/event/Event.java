package org.dmsim.litmus.event;

import org.dmsim.litmus.lang.Fence;

/**
 * One event of a thread.
 *
 * @param index within its thread, from 0
 * @param mark how it is marked; null for a fence
 * @param fence which fence it is; null for an access
 * @param location the number of the shared variable; -1 for a fence
 * @param value read or written
 * @param line of the test
 * @param rmwRead for the write of a read-modify-write, the index of its read; else -1
 * @param addr the reads (bits of their indexes) that its address depends on
 * @param data the reads that its value depends on
 * @param ctrl the reads that the branches around it depend on
 */
public record Event(
    int index,
    Mark mark,
    Fence fence,
    int location,
    long value,
    int line,
    int rmwRead,
    long addr,
    long data,
    long ctrl) {

  /** How an access is marked; the lock events have the names of {@code lock.cat}. */
  public enum Mark {
    PLAIN_READ(true, false),
    PLAIN_WRITE(false, true),
    READ_ONCE(true, false),
    WRITE_ONCE(false, true),
    ACQUIRE(true, false),
    RELEASE(false, true),
    /** The read of a read-modify-write that returns nothing. */
    NORETURN(true, false),
    /** The read of a spin_lock that gets the lock. */
    LOCK_READ(true, false),
    /** The write of a spin_lock that gets the lock. */
    LOCK_WRITE(false, true),
    UNLOCK(false, true),
    /** A spin_trylock that fails, and a spin_is_locked that says so. */
    LOCK_FAIL(true, false),
    /** A spin_is_locked that finds the lock free. */
    LOCK_FREE(true, false),
    SRCU_LOCK(true, false),
    SRCU_UNLOCK(false, true),
    /** Has a location, but is neither a read nor a write. */
    SYNC_SRCU(false, false);

    private final boolean read;
    private final boolean write;

    Mark(boolean read, boolean write) {
      this.read = read;
      this.write = write;
    }

    /** Whether it reads. */
    public boolean reads() {
      return read;
    }

    /** Whether it writes. */
    public boolean writes() {
      return write;
    }

    /** Whether it is one of a spin lock's. */
    public boolean ofLock() {
      return ordinal() >= LOCK_READ.ordinal() && ordinal() <= LOCK_FREE.ordinal();
    }
  }

  /** Whether it reads a shared variable. */
  public boolean reads() {
    return mark != null && mark.read;
  }

  /** Whether it writes a shared variable. */
  public boolean writes() {
    return mark != null && mark.write;
  }

  /** Whether it is a plain access: neither marked nor of a primitive. */
  public boolean plain() {
    return mark == Mark.PLAIN_READ || mark == Mark.PLAIN_WRITE;
  }
}
