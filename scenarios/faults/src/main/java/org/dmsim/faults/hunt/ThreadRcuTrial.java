package org.dmsim.faults.hunt;

import org.dmsim.faults.ThreadTrial;
import org.dmsim.memory.SharedRef;
import org.dmsim.rcu.RcuDomain;

/** Readers and updaters of one table, with a domain of RCU between them; a reader nests. */
public class ThreadRcuTrial implements ThreadTrial {

  final RcuDomain rcu;
  final SharedRef<Table> live = new SharedRef<>("live", new Table(0));

  /** With a domain, which may be a faulty one. */
  public ThreadRcuTrial(RcuDomain rcu) {
    this.rcu = rcu;
  }

  @Override
  public int read() {
    rcu.readLock();
    Table t = live.readOnce();
    rcu.readLock();
    t.touch();
    rcu.readUnlock();
    t.touch();
    int version = t.version();
    rcu.readUnlock();
    return version;
  }

  @Override
  public int replace(int version) {
    Table old = live.exchange(new Table(version));
    rcu.synchronize();
    old.free();
    return old.version();
  }

  /** The same, where a callback frees, and the updater waits for it. */
  public static ThreadRcuTrial withCallback(RcuDomain rcu) {
    return new ThreadRcuTrial(rcu) {
      @Override
      public int replace(int version) {
        Table old = live.exchange(new Table(version));
        rcu.call(old::free);
        rcu.barrier();
        if (!old.isFreed()) {
          throw new IllegalStateException("rcu_barrier returned before a callback had run");
        }
        return old.version();
      }
    };
  }
}
