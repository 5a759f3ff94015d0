package org.dmsim.scenarios.museum;

import org.dmsim.locking.Mutex;
import org.dmsim.machine.Machine;
import org.dmsim.report.KernelSymbol;
import org.dmsim.srcu.SrcuStruct;

/** The destroyer holds the bracket and wants the mutex; the swapper the other way round. */
final class DestroyAgainstSwap implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "destroy-against-swap",
        "2a708cff93f1",
        "dm: fix AB-BA deadlock in __dm_destroy()",
        "",
        Rule.A_GRACE_PERIOD_IS_A_LOCK,
        "an AB-BA deadlock of which one half is a grace period",
        "INFO: task");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    Device md = made[0];
    machine.spawn("dmsetup-remove", () -> md.destroy(fixed));
    machine.spawn("dmsetup-resume", md::swap);
  }

  private static final class Device {
    private final Mutex suspendLock = new Mutex("&md->suspend_lock");
    private final SrcuStruct ioBarrier = new SrcuStruct("&md->io_barrier");

    /** Mirrors __dm_destroy, 4.2, and its order after the fix. */
    @KernelSymbol("__dm_destroy")
    void destroy(boolean mutexFirst) {
      if (mutexFirst) {
        suspendLock.lock();
        int idx = ioBarrier.readLock();
        ioBarrier.readUnlock(idx);
        suspendLock.unlock();
      } else {
        int idx = ioBarrier.readLock();
        suspendLock.lock();
        suspendLock.unlock();
        ioBarrier.readUnlock(idx);
      }
    }

    /** Mirrors dm_swap_table and dm_sync_table, 4.2. */
    @KernelSymbol("dm_swap_table")
    void swap() {
      suspendLock.lock();
      ioBarrier.synchronize();
      suspendLock.unlock();
    }
  }
}
