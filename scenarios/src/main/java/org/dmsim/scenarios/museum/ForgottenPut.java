package org.dmsim.scenarios.museum;

import java.util.List;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.device.ZoneReports;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.machine.Machine;

/** A zone report that finds no table returns without closing its bracket. */
final class ForgottenPut extends KernelProgram {

  ForgottenPut() {
    super(
        new Plaque(
            "forgotten-put",
            "89478335718c",
            "dm: fix bug with RCU locking in dm_blk_report_zones",
            true,
            "5.4 to 5.10-rc6",
            Rule.CLOSE_WHAT_YOU_OPENED,
            "a read section left open on the path where the table was NULL, and a suspend that"
                + " hangs long afterwards",
            "read section"),
        "5.9",
        "5.10-rc7");
  }

  @Override
  public String why() {
    return "no zoned disk is modelled: the program calls dm_blk_report_zones itself";
  }

  @Override
  String setUp() {
    return """
    disk ram0 64M
    create d0
    """;
  }

  @Override
  void stage(Machine machine, MappedDevice md) {
    DmIoctl dm = DmIoctl.of(machine);
    machine.spawn("blkzone", () -> ZoneReports.report(md));
    machine.spawn(
        "dmsetup",
        () -> {
          dm.load("d0", false, List.of(new TableLine(0, 1024, "linear", "1:0 0")));
          dm.resume("d0", false, false);
          dm.suspend("d0", false, false);
        });
  }
}
