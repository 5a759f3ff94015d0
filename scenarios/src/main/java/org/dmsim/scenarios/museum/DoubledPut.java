package org.dmsim.scenarios.museum;

import org.dmsim.machine.Machine;
import org.dmsim.memory.SlabObject;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.report.KernelSymbol;
import org.dmsim.srcu.SrcuStruct;

/** An error path closes the bracket and jumps to the exit that closes it again. */
final class DoubledPut implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "doubled-put",
        "f05c4403db5b",
        "dm: fix double RCU unlock in dm_dax_zero_page_range() error path",
        "",
        Rule.CLOSE_WHAT_YOU_OPENED,
        "a second close that takes away another reader's place, so that the grace period ends under"
            + " him",
        "WARNING: bad unlock balance detected!");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    Device md = made[0];
    machine.spawn("dax", () -> md.zeroPageRange(fixed));
    machine.spawn("reader", md::read);
    machine.spawn("dmsetup", md::swap);
  }

  private static final class Table extends SlabObject {
    Table() {
      super("dm_table");
    }

    @Override
    public String label() {
      return "old table";
    }
  }

  private static final class Device {
    private final SrcuStruct ioBarrier = new SrcuStruct("&md->io_barrier");
    private final Table old = new Table();
    private final RcuPointer<Table> map = new RcuPointer<>("md->map");

    Device() {
      map.assign(old);
    }

    /** Mirrors dm_dax_zero_page_range, 5.9, on its error path. */
    @KernelSymbol("dm_dax_zero_page_range")
    void zeroPageRange(boolean once) {
      int idx = ioBarrier.readLock();
      if (!once) {
        ioBarrier.readUnlock(idx);
      }
      ioBarrier.readUnlock(idx);
    }

    /** Mirrors dm_submit_bio, 5.9. */
    @KernelSymbol("dm_submit_bio")
    void read() {
      int idx = ioBarrier.readLock();
      Table table = map.dereferenceCheck(() -> true);
      if (table != null) {
        table.touch();
      }
      ioBarrier.readUnlock(idx);
    }

    /** Mirrors dm_swap_table and dm_table_destroy, 5.9. */
    @KernelSymbol("dm_swap_table")
    void swap() {
      map.assign(null);
      ioBarrier.synchronize();
      old.free();
    }
  }
}
