package org.dmsim.dm.device;

import org.dmsim.dm.table.DmTable;
import org.dmsim.locking.Mutex;
import org.dmsim.rcu.Rcu;
import org.dmsim.rcu.RcuDomain;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.report.KernelSymbol;
import org.dmsim.srcu.SrcuStruct;

/**
 * {@code md->map}: the live table, and the two read-side sections inside which one may use it.
 *
 * <p>Whoever takes a table out waits for the readers of both kinds in {@link #sync} before freeing
 * it. The order there, SRCU and then RCU, is the kernel's.
 */
public class LiveTable {

  private final RcuPointer<DmTable> map = new RcuPointer<>("md->map");
  private final SrcuStruct ioBarrier = new SrcuStruct("&md->io_barrier");
  private final Mutex suspendLock;

  /** RCU of its own on real threads; null for the one that all share, and in a machine. */
  private final RcuDomain domain;

  LiveTable(Mutex suspendLock) {
    this(suspendLock, null);
  }

  LiveTable(Mutex suspendLock, RcuDomain domain) {
    this.suspendLock = suspendLock;
    this.domain = domain;
  }

  /** Enters the section that may sleep; hand the result to {@link #put}. */
  @KernelSymbol("dm_get_live_table")
  public int get() {
    return ioBarrier.readLock();
  }

  /** The table, inside {@link #get}; null if there is none. */
  @KernelSymbol("dm_get_live_table")
  public DmTable read() {
    return ioBarrier.dereference(map);
  }

  /** Leaves what {@link #get} entered. */
  @KernelSymbol("dm_put_live_table")
  public void put(int index) {
    ioBarrier.readUnlock(index);
  }

  /** Enters the section inside which nobody may sleep. */
  @KernelSymbol("dm_get_live_table_fast")
  public void getFast() {
    if (domain == null) {
      Rcu.readLock();
    } else {
      domain.readLock();
    }
  }

  /** The table, inside {@link #getFast}; null if there is none. */
  @KernelSymbol("dm_get_live_table_fast")
  public DmTable readFast() {
    return map.dereference();
  }

  /** Leaves what {@link #getFast} entered. */
  @KernelSymbol("dm_put_live_table_fast")
  public void putFast() {
    if (domain == null) {
      Rcu.readUnlock();
    } else {
      domain.readUnlock();
    }
  }

  /** Waits for all readers of a table that was just taken out; mirrors {@code dm_sync_table}. */
  @KernelSymbol("dm_sync_table")
  public void sync() {
    syncSleepers();
    syncFast();
  }

  /** Waits for those inside the section that does not sleep: {@code synchronize_rcu_expedited}. */
  final void syncFast() {
    if (domain == null) {
      Rcu.synchronizeExpedited();
    } else {
      domain.synchronize();
    }
  }

  /** Waits for those inside the sleeping section: {@code synchronize_srcu(&md->io_barrier)}. */
  final void syncSleepers() {
    ioBarrier.synchronize();
  }

  /** The table, for who holds {@code suspend_lock}. */
  DmTable held() {
    return map.dereferenceProtected(suspendLock::isLocked);
  }

  /** The table, for who knows that nobody else can be there any more. */
  DmTable alone() {
    return map.dereferenceProtected(() -> true);
  }

  /** {@code rcu_assign_pointer(md->map, table)}. */
  void assign(DmTable table) {
    map.assign(table);
  }

  /** The pointer as it is, without a scheduling point: for checks. */
  DmTable peek() {
    return map.dereferenceRaw();
  }

  void cleanup() {
    ioBarrier.cleanup();
  }
}
