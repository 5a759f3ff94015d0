package org.dmsim.scenarios.museum;

import org.dmsim.dm.device.DaxOperations;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.machine.Machine;

/** An error path closes the bracket, and the common exit closes it again. */
final class DoubledPut extends KernelProgram {

  DoubledPut() {
    super(
        new Plaque(
            "doubled-put",
            "f05c4403db5b",
            "dm: fix double RCU unlock in dm_dax_zero_page_range() error path",
            true,
            "5.8 to 5.10-rc6",
            Rule.CLOSE_WHAT_YOU_OPENED,
            "a second close that takes away another reader's place, so that the grace period ends"
                + " under him",
            "WARNING: bad unlock balance detected!"),
        "5.9",
        "5.10-rc7");
  }

  @Override
  public String why() {
    return "no persistent memory is modelled: the program calls dm_dax_zero_page_range itself";
  }

  @Override
  String setUp() {
    return """
    disk ram0 64M
    create d0
    load d0 0 1024 linear 1:0 0
    resume d0
    load d0 0 1024 zero
    """;
  }

  @Override
  void stage(Machine machine, MappedDevice md) {
    DmIoctl dm = DmIoctl.of(machine);
    machine.spawn("mount", () -> DaxOperations.zeroPageRange(md));
    machine.spawn("dmsetup", () -> dm.resume("d0", false, false));
  }
}
