package org.dmsim.lockdep;

import java.util.List;
import org.dmsim.report.CallTrace;

/**
 * One lock that a task holds; mirrors {@code struct held_lock}, 6.1. Used again when it is free.
 */
final class HeldLock {

  /** Packages whose own functions are not the place where a lock was taken. */
  private static final List<String> LOCKING =
      List.of("org.dmsim.lockdep", "org.dmsim.locking", "org.dmsim.rcu", "org.dmsim.srcu");

  LockMap map;
  LockClass lockClass;

  /** {@link LockUse#WRITE}, {@link LockUse#READ} or {@link LockUse#READ_RECURSIVE}. */
  int read;

  /** Whether it was taken without waiting, and so cannot be the end of a deadlock. */
  boolean trylock;

  /** Whether the task only waits for its holders, and does not hold it itself. */
  boolean sync;

  /** Whether order and irq usage are checked; RCU's readers are not. */
  boolean check;

  /** The key of the chain of locks below it. */
  long chainBelow;

  /** Where it was taken; null where positions are not recorded. */
  CallTrace place;

  /** What tells it from others in a chain: class and kind of access. */
  int id() {
    return lockClass.index * 3 + read + 1;
  }

  void copyFrom(HeldLock other) {
    map = other.map;
    lockClass = other.lockClass;
    read = other.read;
    trylock = other.trylock;
    check = other.check;
    chainBelow = other.chainBelow;
    place = other.place;
  }

  /** The place where a lock was taken, in words. */
  static String at(CallTrace place) {
    return place == null ? "?" : place.caller(LOCKING).map(CallTrace.Frame::toString).orElse("?");
  }

  /** Mirrors {@code print_lock}, 6.1. */
  @Override
  public String toString() {
    return map.address() + " " + lockClass + ", at: " + at(place);
  }
}
