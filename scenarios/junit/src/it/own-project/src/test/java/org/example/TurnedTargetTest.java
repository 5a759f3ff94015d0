package org.example;

import org.dmsim.machine.Machine;
import org.dmsim.memory.SlabObject;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.scenarios.junit.Explore;
import org.dmsim.srcu.SrcuStruct;

/** What a project of its own does with dmsim: a target in a script, and tasks on a machine. */
class TurnedTargetTest {

  @Explore(script = "/turned.dm")
  void twoWrites_inEveryOrder() {}

  @Explore
  void swap_thatWaitsForItsReader(Machine machine) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    machine.spawn("reader", () -> made[0].read());
    machine.spawn("writer", () -> made[0].swap());
  }

  private static final class Table extends SlabObject {
    Table() {
      super("own_table");
    }

    @Override
    public String label() {
      return "the old table";
    }
  }

  private static final class Device {
    private final SrcuStruct readers = new SrcuStruct("&own->readers");
    private final RcuPointer<Table> map = new RcuPointer<>("own->map");
    private final Table old = new Table();

    Device() {
      map.assign(old);
    }

    void read() {
      int index = readers.readLock();
      Table table = map.dereferenceCheck(() -> true);
      if (table != null) {
        table.touch();
      }
      readers.readUnlock(index);
    }

    void swap() {
      map.assign(null);
      readers.synchronize();
      old.free();
    }
  }
}
