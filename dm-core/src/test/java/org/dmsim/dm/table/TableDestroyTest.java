package org.dmsim.dm.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.dm.DmMachine;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetType;
import org.dmsim.machine.Outcome;
import org.junit.jupiter.api.Test;

/** The end of a table: each target's destructor once, over devices that are open still. */
class TableDestroyTest {

  /** {@code watch DEVICE}: tells of its end. */
  @DmTargetType(name = "watch")
  public static final class Watch extends DmTarget {
    private final List<String> ends;
    private DmDev device;

    Watch(List<String> ends) {
      this.ends = ends;
    }

    @Override
    public void ctr(String[] argv) throws TargetError {
      device = getDevice(argv[0], "Device lookup failed");
    }

    @Override
    public void dtr() {
      ends.add(begin() + " ends, " + device.name() + " open " + device.bdev().openers());
    }

    @Override
    public MapResult map(Bio bio) {
      return MapResult.KILL;
    }
  }

  /** Destroys a table of two targets in one of the ways in which one is destroyed. */
  private static void check(Runnable destroys, DmMachine m, List<String> ends) {
    int[] open = new int[2];
    m.task(
        "admin",
        () -> {
          m.dm().create("d0", null);
          m.load("d0", "0 8 watch 1:0", "8 8 watch 1:1");
          open[0] = open(m);
          destroys.run();
          open[1] = open(m);
        });
    Outcome o = m.run();
    assertEquals(List.of(), o.reports());
    assertEquals(List.of(), o.log());
    assertEquals(List.of("0 ends, 1:0 open 1", "8 ends, 1:1 open 1"), ends);
    assertEquals(2, open[0]);
    assertEquals(0, open[1]);
  }

  private static int open(DmMachine m) {
    BlockLayer disks = BlockLayer.of(m.machine);
    return disks.lookup(1, 0).openers() + disks.lookup(1, 1).openers();
  }

  private static DmMachine machine(List<String> ends) {
    DmMachine m = new DmMachine("6.1.192");
    m.core().targetTypes().register(TargetType.of(Watch.class, () -> new Watch(ends)));
    return m;
  }

  @Test
  void anInactiveTableEndsWhenItIsCleared() {
    List<String> ends = new ArrayList<>();
    DmMachine m = machine(ends);
    check(() -> m.dm().clear("d0"), m, ends);
  }

  @Test
  void anInactiveTableEndsWithItsDevice() {
    List<String> ends = new ArrayList<>();
    DmMachine m = machine(ends);
    check(() -> m.dm().remove("d0", false), m, ends);
  }

  @Test
  void aLiveTableEndsWhenAnotherTakesItsPlace() {
    List<String> ends = new ArrayList<>();
    DmMachine m = machine(ends);
    check(
        () -> {
          m.dm().resume("d0", false, false);
          m.load("d0", "0 8 zero");
          m.dm().resume("d0", false, false);
        },
        m,
        ends);
  }

  @Test
  void aLiveTableEndsWithItsDevice() {
    List<String> ends = new ArrayList<>();
    DmMachine m = machine(ends);
    check(
        () -> {
          m.dm().resume("d0", false, false);
          m.dm().removeAll(false);
        },
        m,
        ends);
  }
}
