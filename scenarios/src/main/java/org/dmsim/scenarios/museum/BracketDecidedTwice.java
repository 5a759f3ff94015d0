package org.dmsim.scenarios.museum;

import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.device.ZoneReports;
import org.dmsim.machine.Machine;

/** Two looks at one pointer decide what is opened and what is closed. */
final class BracketDecidedTwice extends KernelProgram {

  BracketDecidedTwice() {
    super(
        new Plaque(
            "bracket-decided-twice",
            "37f53a2c60d0",
            "dm: fix dm_blk_report_zones",
            true,
            "5.14 to 6.15",
            Rule.DECIDE_ONCE,
            "two looks at zone_revalidate_map with a writer between them: a bracket left open, or"
                + " closed without having been opened",
            "&md->io_barrier"),
        "6.12",
        "6.12.117");
  }

  @Override
  public String why() {
    return "no zoned disk is modelled: the program calls dm_blk_report_zones and"
        + " dm_revalidate_zones itself";
  }

  @Override
  String setUp() {
    return """
    disk ram0 64M
    create d0
    load d0 0 1024 linear 1:0 0
    resume d0
    """;
  }

  @Override
  void stage(Machine machine, MappedDevice md) {
    machine.spawn("blkzone", () -> ZoneReports.report(md));
    machine.spawn(
        "dmsetup",
        () -> {
          int index = md.live.get();
          ZoneReports.revalidate(md, md.live.read());
          md.live.put(index);
        });
  }
}
