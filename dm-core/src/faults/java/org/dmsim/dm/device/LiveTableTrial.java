package org.dmsim.dm.device;

import java.util.List;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetTypes;
import org.dmsim.faults.ThreadProgram;
import org.dmsim.faults.ThreadTrial;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.rcu.RcuDomain;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.KernelVersion;

/**
 * A mapped device whose table is looked up and swapped at once: the lookup that {@code
 * dm_submit_bio} makes, with and without REQ_NOWAIT, and {@code dm_swap_table}. Of a bio there is
 * nothing but its flags, of a suspend nothing but the flag that a swap asks for.
 *
 * <p>A table's first target ends at another sector in each version, and the second begins there.
 */
class LiveTableTrial implements ThreadTrial {

  private static final int FIRST = 8;
  private static final int LENGTH = 64;

  final MappedDevice md;
  private final LiveTableLookup lookup;

  /** With the device's own way to keep its table, and a lookup. */
  LiveTableTrial(DmCore core, LiveTableLookup lookup) {
    this.lookup = lookup;
    md = MappedDevice.create(core, -1);
    md.set(MappedDevice.DMF_SUSPENDED);
    TableSwap.swap(md, table(0));
  }

  /** The core to make it in: the machine's; on real threads one of its own. */
  static DmCore core() {
    Task t = Task.current();
    if (t != null) {
      return DmCore.of(t.machine());
    }
    DmCore core = new DmCore(new BlockLayer(), KernelVersion.RECORDED, 2);
    core.setTargetTypes(TargetTypes.registered());
    core.setLiveTables(lock -> new LiveTable(lock, new RcuDomain()));
    return core;
  }

  final DmTable table(int version) {
    try {
      DmTable table = DmTable.create(md, true, 2);
      int first = FIRST + version;
      table.addTarget("zero", 0, first, "");
      table.addTarget("zero", first, LENGTH - first, "");
      table.complete();
      return table;
    } catch (TargetError e) {
      throw new DmsimFault("a table of two targets is refused", e);
    }
  }

  @Override
  @KernelSymbol("sleeping_reader")
  public final int read() {
    return look(Opf.REQ_OP_READ);
  }

  @Override
  @KernelSymbol("nowait_reader")
  public final int readFast() {
    return look(Opf.REQ_OP_READ | Opf.REQ_NOWAIT);
  }

  int look(int opf) {
    int cookie = lookup.open(md, opf);
    int version = use(lookup.read(md, opf));
    lookup.close(md, cookie, opf, null);
    return version;
  }

  /**
   * Asks, as {@code dm_submit_bio} does with the table in hand, whether the device is suspended,
   * and finds targets; returns the version of the table that they are of.
   */
  @KernelSymbol("use")
  int use(DmTable t) {
    if (md.has(MappedDevice.DMF_BLOCK_IO_FOR_SUSPEND)) {
      throw new IllegalStateException("nobody suspends here");
    }
    t.touch();
    int first = (int) t.findTarget(0).length();
    if (t.findTarget(first).begin() != first || t.findTarget(LENGTH) != null) {
      throw new IllegalStateException("targets of two tables");
    }
    return first - FIRST;
  }

  @Override
  @KernelSymbol("swap")
  public int replace(int version) {
    DmTable old = swap(table(version));
    int was = (int) old.target(0).length() - FIRST;
    if (!old.isFreed()) {
      old.destroy();
    }
    return was;
  }

  DmTable swap(DmTable fresh) {
    return TableSwap.swap(md, fresh).old();
  }

  /** Has tasks do what a program's threads do. */
  static void load(Machine m, ThreadProgram program) {
    ThreadTrial[] trial = new ThreadTrial[1];
    m.boot(() -> trial[0] = program.trial().get());
    int version = 0;
    for (List<String> operations : program.threads()) {
      int from = version;
      version += operations.size();
      m.spawnKthread(operations.getFirst(), () -> run(trial[0], operations, from));
    }
  }

  private static void run(ThreadTrial trial, List<String> operations, int from) {
    int version = from;
    for (String operation : operations) {
      version++;
      switch (operation) {
        case "read" -> trial.read();
        case "readFast" -> trial.readFast();
        default -> trial.replace(version);
      }
    }
  }
}
