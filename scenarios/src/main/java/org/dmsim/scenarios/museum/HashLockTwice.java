package org.dmsim.scenarios.museum;

import org.dmsim.locking.RwSemaphore;
import org.dmsim.machine.Machine;
import org.dmsim.report.KernelSymbol;

/** table_clear asks for the inactive table's status while it holds the hash lock for write. */
final class HashLockTwice implements Exhibit {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "hash-lock-twice",
        "3d32aaa7e66d",
        "dm ioctl: fix nested locking in table_clear() to remove deadlock concern",
        "up to 6.3",
        Rule.HOLD_NOTHING_THAT_THE_WAKER_NEEDS,
        "a task that waits for itself: write lock held, then the same lock for read",
        "WARNING: possible recursive locking detected");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    RwSemaphore[] made = new RwSemaphore[1];
    machine.boot(() -> made[0] = new RwSemaphore("_hash_lock"));
    RwSemaphore hashLock = made[0];
    machine.spawn("dmsetup", () -> tableClear(hashLock, fixed));
  }

  /** Mirrors table_clear and __dev_status, 6.2, and the order of the fix. */
  @KernelSymbol("table_clear")
  private static void tableClear(RwSemaphore hashLock, boolean statusAfterwards) {
    hashLock.downWrite();
    if (statusAfterwards) {
      hashLock.upWrite();
    }
    status(hashLock);
    if (!statusAfterwards) {
      hashLock.upWrite();
    }
  }

  /** Looks up the inactive table. */
  @KernelSymbol("__dev_status")
  private static void status(RwSemaphore hashLock) {
    hashLock.downRead();
    hashLock.upRead();
  }
}
