package org.dmsim.futex;

import org.dmsim.futex.UserMemory.Mapping;

/**
 * How one task's kernel code reaches user memory: {@code get_user}, {@code put_user} and the atomic
 * ones. It trusts no address.
 *
 * <p>Interface: an access that fails reads as 0 and sets {@link #faulted}, which the caller asks
 * right after; an access that succeeds clears it. One object a task, so that nothing is allocated
 * and the mapping found last is tried first.
 */
final class UserAccess {

  private final UserMemory memory;
  private Mapping last;
  private boolean faulted;

  UserAccess(UserMemory memory) {
    this.memory = memory;
  }

  /** Whether the latest access failed: -EFAULT. */
  boolean faulted() {
    return faulted;
  }

  private Mapping reach(long address, int size) {
    Mapping m = last;
    if (m == null || !m.holds(address, size)) {
      m = memory.find(address, size);
      if (m != null) {
        last = m;
      }
    }
    faulted = m == null;
    return m;
  }

  private Mapping reachForWrite(long address, int size) {
    Mapping m = reach(address, size);
    faulted = m == null || !m.writable();
    return m;
  }

  /** Forgets what it knows of the mappings: some of them changed. */
  void flush() {
    last = null;
  }

  /** {@code get_user} of a pointer, from any address. */
  long get64(long address) {
    Mapping m = reach(address, 8);
    return m != null ? m.pages().peek64(m.offset(address)) : acrossMappings(address, 8);
  }

  /** {@code get_user} of an aligned futex word. */
  int get32(long address) {
    Mapping m = reach(address, 4);
    return m == null ? 0 : m.pages().get32(m.offset(address));
  }

  /** {@code put_user} of a pointer to an aligned address. */
  void put64(long address, long value) {
    Mapping m = reachForWrite(address, 8);
    if (!faulted) {
      m.pages().poke64(m.offset(address), value);
    }
  }

  /** {@code futex_atomic_cmpxchg_inatomic}: what stood in the aligned word. */
  int compareAndExchange32(long address, int expected, int value) {
    Mapping m = reachForWrite(address, 4);
    return faulted ? 0 : m.pages().compareAndExchange32(m.offset(address), expected, value);
  }

  /** An access that begins in one mapping and ends in the next, if both are there. */
  private long acrossMappings(long address, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      Mapping m = reach(address + i, 1);
      if (m == null) {
        return 0;
      }
      value = (value << 8) | m.pages().peek8(m.offset(address + i));
    }
    return value;
  }
}
