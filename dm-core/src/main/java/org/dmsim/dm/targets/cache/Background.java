package org.dmsim.dm.targets.cache;

import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/** Whether blocks may be moved, and how many are being moved. */
final class Background {

  private final SpinLock lock = new SpinLock("&cache->background_work_lock");
  private final WaitQueue wait = new WaitQueue("&cache->background_work_wait");
  private boolean allowed;
  private final SharedInt count = new SharedInt("cache->background_work_count", 0);

  /** Mirrors {@code prevent_background_work}: and waits for what has begun. */
  @KernelSymbol("prevent_background_work")
  void prevent() {
    lock.lockIrq();
    allowed = false;
    while (count.readOnce() != 0) {
      lock.unlockIrq();
      wait.waitEvent(() -> count.readOnce() == 0);
      lock.lockIrq();
    }
    lock.unlockIrq();
  }

  /** Mirrors {@code allow_background_work}. */
  void allow() {
    lock.lockIrq();
    allowed = true;
    lock.unlockIrq();
  }

  /** Mirrors {@code background_work_begin}. */
  @KernelSymbol("background_work_begin")
  boolean begin() {
    lock.lockIrq();
    boolean may = allowed;
    if (may) {
      count.add(1);
    }
    lock.unlockIrq();
    return may;
  }

  /** Mirrors {@code background_work_end}. */
  @KernelSymbol("background_work_end")
  void end() {
    lock.lockIrq();
    if (count.addReturn(-1) == 0) {
      wait.wakeUp();
    }
    lock.unlockIrq();
  }
}
