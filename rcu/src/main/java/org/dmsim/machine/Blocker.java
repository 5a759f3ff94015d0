package org.dmsim.machine;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What a task waits for. The machine asks {@link #ready} at every choice, so whoever makes it true
 * need not know the waiters.
 */
public interface Blocker {

  /** Whether the waiting task can go on; looks at the model only, and changes nothing. */
  boolean ready();

  /** What is waited for, with its name: {@code mutex &md->suspend_lock}. */
  String waitsFor();

  /** Tasks that would have to act before {@link #ready} can become true, where that is known. */
  default List<Task> holders() {
    return List.of();
  }

  /** Waits on a real thread, where there is no machine. */
  default void park() {
    for (int i = 0; !ready(); i++) {
      if (i < 64) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, 1_000L);
      }
    }
  }
}
