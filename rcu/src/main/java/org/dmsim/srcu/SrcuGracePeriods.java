package org.dmsim.srcu;

import org.dmsim.machine.Task;

/** Who runs the grace periods of a domain, one at a time, and its callbacks after them. */
interface SrcuGracePeriods {

  static SrcuGracePeriods of(String name, SrcuAlgorithm algorithm, SrcuLocks locks) {
    return Task.current() == null
        ? new ThreadGracePeriods(algorithm)
        : new MachineGracePeriods(name, algorithm, locks);
  }

  /** Waits for every reader that is there now. */
  void run();

  /** Lets {@code callback} run after a grace period. */
  void call(Runnable callback);

  /** Waits until every callback that is queued now has run. */
  void barrier();

  /** Waits until nobody works on callbacks. */
  void flush();

  /** Whether a callback has not run yet. */
  boolean hasCallbacks();
}
