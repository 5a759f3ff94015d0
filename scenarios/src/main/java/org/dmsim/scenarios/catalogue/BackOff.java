package org.dmsim.scenarios.catalogue;

import org.dmsim.locking.Mutex;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.report.KernelSymbol;

/**
 * Two tasks need two mutexes, in either order. Each takes one, tries the other, and gives back what
 * it has where that fails: no deadlock, but the two may go on like this for ever. The fix is an
 * order of the two, as {@code lock_two_nondirectories} has it.
 */
final class BackOff {

  static final String NAME = "back-off";

  private BackOff() {}

  static Configuration configuration() {
    return Configuration.standard().withCpus(2);
  }

  static void stage(Machine machine, boolean fixed) {
    Mutex[] locks = new Mutex[2];
    machine.boot(
        () -> {
          locks[0] = new Mutex("&first->lock");
          locks[1] = new Mutex("&second->lock");
        });
    machine.spawn("up", () -> lockBoth(locks[0], locks[1], fixed));
    machine.spawn("down", () -> lockBoth(locks[fixed ? 0 : 1], locks[fixed ? 1 : 0], fixed));
  }

  @KernelSymbol("lock_both")
  private static void lockBoth(Mutex one, Mutex other, boolean ordered) {
    one.lock();
    if (ordered) {
      other.lock();
    }
    while (!ordered && !other.tryLock()) {
      one.unlock();
      one.lock();
    }
    other.unlock();
    one.unlock();
  }
}
