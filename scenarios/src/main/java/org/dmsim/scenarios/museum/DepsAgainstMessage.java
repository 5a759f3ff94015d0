package org.dmsim.scenarios.museum;

import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.machine.Machine;
import org.dmsim.report.KernelSymbol;

/** The table is held, and the list inside it changes. */
final class DepsAgainstMessage extends KernelProgram {

  DepsAgainstMessage() {
    super(
        new Plaque(
            "deps-against-message",
            "f6007dce0cd3",
            "dm: fix a race condition in retrieve_deps",
            true,
            "5.4 to 6.6-rc1",
            Rule.TEST_AND_ACT_UNDER_ONE_LOCK,
            "a list of devices that is read while a message to a target takes one off it: holding"
                + " the table does not hold what the table points to",
            "BUG: KASAN: use-after-free"),
        "6.5",
        "6.6-rc2");
  }

  @Override
  public String why() {
    return "the messages of multipath get and put devices; here the program does it itself";
  }

  @Override
  String setUp() {
    return """
    disk ram0 64M
    disk ram1 64M
    create d0
    load d0 0 1024 linear 1:0 0
    resume d0
    """;
  }

  @Override
  void stage(Machine machine, MappedDevice md) {
    DmIoctl dm = DmIoctl.of(machine);
    machine.spawn("dmsetup", () -> dm.deps("d0", false));
    machine.spawn("multipathd", () -> message(md));
  }

  /** What {@code multipath_message} does to name a path: gets its device and puts it again. */
  @KernelSymbol("multipath_message")
  private static void message(MappedDevice md) {
    int index = md.live.get();
    DmTable table = md.live.read();
    try {
      table.putDevice(table.getDevice("1:1", false, "no path"));
    } catch (TargetError e) {
      throw new IllegalStateException(e);
    }
    md.live.put(index);
  }
}
