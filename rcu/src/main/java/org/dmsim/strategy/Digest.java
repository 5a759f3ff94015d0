package org.dmsim.strategy;

import org.dmsim.machine.Task;

/** A number that two runs share if they made the same steps. */
final class Digest {

  private static final long PRIME = 0x100000001b3L;

  private Digest() {}

  static long add(long digest, Task task) {
    long object = task.pendingObject() == null ? 0 : task.pendingObject().id();
    long access = task.pendingAccess() == null ? 3 : task.pendingAccess().ordinal();
    return (((digest ^ task.index()) * PRIME ^ object) * PRIME ^ access) * PRIME;
  }

  static long add(long digest, int value) {
    return (digest ^ value) * PRIME;
  }
}
