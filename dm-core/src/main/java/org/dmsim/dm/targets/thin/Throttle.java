package org.dmsim.dm.targets.thin;

import org.dmsim.locking.RwSemaphore;
import org.dmsim.machine.Task;

/**
 * Keeps new bios out while the worker has too much to do: {@code struct throttle}, 6.1, applied
 * where one round of the worker takes longer than a second.
 */
final class Throttle {

  /** {@code THROTTLE_THRESHOLD}: nanoseconds. */
  private static final long THRESHOLD = 1_000_000_000L;

  private final RwSemaphore lock = new RwSemaphore("&t->lock");
  private long threshold;
  private boolean applied;

  void workStart() {
    threshold = Task.current().machine().now() + THRESHOLD;
  }

  void workUpdate() {
    if (!applied && Task.current().machine().now() > threshold) {
      lock.downWrite();
      applied = true;
    }
  }

  void workComplete() {
    if (applied) {
      applied = false;
      lock.upWrite();
    }
  }

  void lock() {
    lock.downRead();
  }

  void unlock() {
    lock.upRead();
  }
}
