package org.dmsim.faults.hunt;

import java.util.function.Supplier;
import org.dmsim.faults.ThreadTrial;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedRef;
import org.dmsim.report.KernelSymbol;
import org.dmsim.srcu.SrcuStruct;

/** Readers and updaters of one table, with a domain of SRCU between them. */
public class SrcuTrial implements ThreadTrial {

  private final SrcuStruct srcu;
  private final SharedRef<Table> live = new SharedRef<>("live", new Table(0));

  /** With a domain, which may be a faulty one. */
  public SrcuTrial(SrcuStruct srcu) {
    this.srcu = srcu;
  }

  /** Uses the table; returns its version. */
  @Override
  @KernelSymbol("reader")
  public int read() {
    int idx = srcu.readLock();
    Table t = live.readOnce();
    t.touch();
    int version = t.version();
    srcu.readUnlock(idx);
    return version;
  }

  /** Puts another table in its place and frees the old one; returns the old one's version. */
  @Override
  @KernelSymbol("updater")
  public int replace(int version) {
    Table old = live.exchange(new Table(version));
    srcu.synchronize();
    old.free();
    return old.version();
  }

  @KernelSymbol("updater")
  private int replaceByCallback(int version) {
    Table old = live.exchange(new Table(version));
    srcu.call(old::free);
    srcu.barrier();
    return old.version();
  }

  /** The same, where a callback frees, and the updater waits for it. */
  public static SrcuTrial withCallback(SrcuStruct srcu) {
    return new SrcuTrial(srcu) {
      @Override
      public int replace(int version) {
        return super.replaceByCallback(version);
      }
    };
  }

  /** Who is there in a program. */
  record Cast(int readers, int updaters, int updates, boolean callback) {}

  static void load(Machine m, Supplier<SrcuStruct> domain, Cast cast) {
    SrcuTrial[] trial = new SrcuTrial[1];
    m.boot(() -> trial[0] = new SrcuTrial(domain.get()));
    for (int r = 0; r < cast.readers; r++) {
      m.spawnKthread("reader", trial[0]::read);
    }
    for (int u = 0; u < cast.updaters; u++) {
      int number = u;
      m.spawnKthread(
          "updater",
          () -> {
            for (int i = 1; i <= cast.updates; i++) {
              if (cast.callback) {
                trial[0].replaceByCallback(10 * number + i);
              } else {
                trial[0].replace(10 * number + i);
              }
            }
          });
    }
  }
}
