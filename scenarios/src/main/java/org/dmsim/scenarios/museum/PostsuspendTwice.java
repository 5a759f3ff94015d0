package org.dmsim.scenarios.museum;

import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.machine.Machine;

/** Internal suspend tells the targets, internal resume does not. */
final class PostsuspendTwice extends KernelProgram {

  PostsuspendTwice() {
    super(
        new Plaque(
            "postsuspend-twice",
            "65e8fbde6452",
            "dm: call the resume method on internal suspend",
            true,
            "5.4 to 6.8",
            Rule.HOOKS_ALTERNATE,
            "a target that takes itself off a list twice, since internal resume never put it back",
            "kernel BUG at lib/list_debug.c:56!"),
        "6.8",
        "6.9-rc1");
  }

  @Override
  public String why() {
    return "thin pools, which suspend devices internally, are not modelled: the program does it"
        + " itself";
  }

  @Override
  String setUp() {
    return """
    disk ram0 64M
    create d0
    load d0 0 1024 snapshot-origin 1:0
    resume d0
    """;
  }

  @Override
  void stage(Machine machine, MappedDevice md) {
    DmIoctl dm = DmIoctl.of(machine);
    machine.spawn(
        "pool",
        () -> {
          md.internalSuspendNoflush();
          md.internalResume();
        });
    machine.spawn("dmsetup", () -> dm.suspend("d0", false, false));
  }
}
