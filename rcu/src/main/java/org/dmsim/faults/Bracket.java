package org.dmsim.faults;

import org.dmsim.locking.Mutex;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedRef;
import org.dmsim.rcu.Rcu;
import org.dmsim.rcu.RcuDomain;
import org.dmsim.report.KernelSymbol;
import org.dmsim.srcu.SrcuStruct;

/**
 * The protocol of device mapper's live table, without a device: readers that may sleep use SRCU,
 * readers that do not use RCU, and who swaps the table waits for both before freeing the old one.
 * Mirrors {@code dm_get_live_table}, {@code dm_get_live_table_fast}, {@code dm_swap_table} and
 * {@code dm_sync_table}, 6.1. Each step is one method, so that a fault is one step changed.
 */
class Bracket implements ThreadTrial {

  final SrcuStruct ioBarrier = new SrcuStruct("&md->io_barrier");
  final SharedRef<Table> map = new SharedRef<>("md->map", new Table(0));

  /** RCU of its own on real threads; null in a machine, which has one. */
  private final RcuDomain domain = Task.current() == null ? new RcuDomain() : null;

  private final Mutex suspendLock = new Mutex("&md->suspend_lock");

  /** A reader that may sleep; returns the version of what it used. */
  @KernelSymbol("sleeping_reader")
  int readSleeping() {
    int idx = ioBarrier.readLock();
    Table t = map.readOnce();
    int version = use(t);
    ioBarrier.readUnlock(idx);
    return version;
  }

  @KernelSymbol("use")
  static int use(Table t) {
    t.touch();
    return t.version();
  }

  /** Puts another table in; returns the version of the old one, which is gone then. */
  @KernelSymbol("swap")
  int swap(int version) {
    suspendLock.lock();
    Table old = exchange(new Table(version));
    retire(old);
    suspendLock.unlock();
    return old.version();
  }

  Table exchange(Table fresh) {
    Table old = map.readOnce();
    map.writeOnce(fresh);
    return old;
  }

  /** Waits for the readers of both kinds, then frees. */
  void retire(Table old) {
    sync();
    old.free();
  }

  void sync() {
    ioBarrier.synchronize();
    waitForFast();
  }

  /** {@code rcu_read_lock}. */
  final void lockFast() {
    if (domain == null) {
      Rcu.readLock();
    } else {
      domain.readLock();
    }
  }

  /** {@code rcu_read_unlock}. */
  final void unlockFast() {
    if (domain == null) {
      Rcu.readUnlock();
    } else {
      domain.readUnlock();
    }
  }

  /** {@code synchronize_rcu_expedited}. */
  final void waitForFast() {
    if (domain == null) {
      Rcu.synchronizeExpedited();
    } else {
      domain.synchronize();
    }
  }

  @Override
  public final int read() {
    return readSleeping();
  }

  /** A reader that does not sleep; returns the version of what it used. */
  @Override
  @KernelSymbol("fast_reader")
  public int readFast() {
    lockFast();
    Table t = map.readOnce();
    int version = use(t);
    unlockFast();
    return version;
  }

  @Override
  public final int replace(int version) {
    return swap(version);
  }
}
