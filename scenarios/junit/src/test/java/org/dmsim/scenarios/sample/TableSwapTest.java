package org.dmsim.scenarios.sample;

import org.dmsim.machine.Machine;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.memory.SlabObject;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.scenarios.junit.Explore;
import org.dmsim.srcu.SrcuStruct;

/** The README's test of one's own: a table swapped under a reader, in every schedule. */
class TableSwapTest {

  /** Three: the reader looks before the swap, after it, or comes in before it and looks after. */
  @Explore(schedules = 3)
  void swap_thatWaitsForItsReaders_freesNoTableUnderThem(Machine machine) {
    play(machine, true);
  }

  @Explore(preempt = PreemptionModel.NONE)
  void swap_withoutPreemption_isAsSafe(Machine machine) {
    play(machine, true);
  }

  /** Two tasks and what they share; {@code waits} is what the whole test is about. */
  static void play(Machine machine, boolean waits) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    Device md = made[0];
    machine.spawn("reader", md::read);
    machine.spawn("dmsetup", () -> md.swap(waits));
  }

  private static final class Table extends SlabObject {
    Table() {
      super("dm_table", "the old table");
    }
  }

  private static final class Device {
    private final SrcuStruct ioBarrier = new SrcuStruct("&md->io_barrier");
    private final RcuPointer<Table> map = new RcuPointer<>("md->map");
    private final Table old = new Table();

    Device() {
      map.assign(old);
    }

    void read() {
      int idx = ioBarrier.readLock();
      Table table = map.dereferenceCheck(() -> true);
      if (table != null) {
        table.touch();
      }
      ioBarrier.readUnlock(idx);
    }

    void swap(boolean waits) {
      map.assign(null);
      if (waits) {
        ioBarrier.synchronize();
      }
      old.free();
    }
  }
}
