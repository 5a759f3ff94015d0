package org.dmsim.scenarios.door;

import org.dmsim.dm.ioctl.ControlFile;

/** The page that says of each system call what becomes of it; made of the lists that decide it. */
public final class CallTable {

  private static final String HEAD =
      """
      # Real programs at the door

      `dmsim with [FILE] -- PROGRAM` runs an unmodified Linux program against the simulated kernel.
      A seccomp filter stops those system calls that may be about a simulated device; what is not is
      made by the host's kernel as ever. This page is made by `dmsim help door`, of the lists that
      the program itself uses.

      ## System calls

      What becomes of a call that names a simulated device, or a descriptor of one; every call that
      is not in this table goes to the host's kernel unseen.

      | call | | |
      |---|---|---|
      """;

  private static final String BLOCK =
      """

      ## ioctl(2) of a block device

      One that is not in this table goes to the driver, as in Linux: ENOTTY mostly.

      | ioctl | |
      |---|---|
      """;

  private static final String CONTROL =
      """

      ## ioctl(2) of /dev/mapper/control

      With `struct dm_ioctl` as of interface 4.48.0, or 4.47.0 on kernels before 6.4:
      """;

  private static final String WAYS_IN =
      """

      ## Ways in

      - `dmsim with [FILE] -- PROGRAM` boots the machine, and ends it with the program.
      - `dmsim serve [FILE]` boots one for several shells: each runs `dmsim in -- PROGRAM` there. A
        program that is killed leaves the machine to the others.
      - `dmsim serve --nbd unix:PATH [FILE]` exports the devices to NBD clients (nbdinfo, nbdcopy,
        qemu-img, qemu-io, fio), which need no door: it works where seccomp is forbidden, and on
        macOS. It carries reads, writes, flush, FUA, trim and write zeroes; no NOWAIT and no ioctl.
      - `dmsim suite lvm2|blktests FOLDER` runs the test suites of others, each script behind a door
        of its own, and holds it against the list of what passes; `--list` says why one does not.

      ## Whose call goes first

      Calls come in the order of their arrival, and virtual time stands still while no call is being
      made. A program that sleeps does so in the host, and as long in virtual time.

      With `--virtual-time` it sleeps in virtual time only: sleeps, and the limits of poll, select
      and epoll, end when every program waits and the machine has nothing else to do. A byte in a
      pipe or a signal ends them before, as ever.

      With `--lockstep` the machine goes on only when each thread behind the door has made a call
      that is stopped, or waits in one of the host's, as /proc tells; then `--seed` says whose call
      goes in, and who goes on in the machine. The same seed gives the same run again, however busy
      the host is; another seed gives another order. What it cannot order: what programs do to each
      other without a stopped call, in shared memory or a pipe, while both run; clocks, random
      numbers, process numbers and addresses, if what a program does depends on them; timers other
      than those of sleep, poll, select and epoll (alarm, timer_create, a futex' limit), which go by
      the host's clock.
      """;

  private static final String REST =
      """

      ## Names

      Simulated are /dev but for null, zero, full, random, urandom, tty\\*, console, ptmx, pts, fd,
      shm and the standard streams; /sys/block, /sys/dev/block, /sys/class/block,
      /sys/devices/virtual/bdi, /sys/module/dm\\_\\*; /proc/devices, /proc/misc, /proc/partitions;
      /run/udev, which is not there, /run/lvm, /run/lock/lvm, /run/cryptsetup, /run/blkid; /etc/lvm,
      with a configuration for a machine without udev. Of the texts in /sys, read_ahead_kb takes
      what is written there; the rest only tells.

      ## Not modelled

      - The page cache: I/O without O_DIRECT goes to the device at once, whole blocks at a time.
      - mmap of a device, mount, swap, loop devices, partitions, udev and uevents.
      - Calls by io_uring, and those of 32-bit programs: ENOSYS.
      - A program that is killed is gone at once, where Linux lets it wait for its I/O; the call is
        made to its end in the machine all the same.
      - Who may open a device: everybody may.
      - Several runs of memory that are not whole pages make bios as one run would.
      """;

  private CallTable() {}

  /** The page. */
  public static String text() {
    StringBuilder s = new StringBuilder(HEAD);
    for (SystemCall c : SystemCall.values()) {
      if (c.answer() != null) {
        row(s, c.call(), c.answer().word(), c.how());
      }
    }
    s.append(BLOCK);
    for (BlockIoctl i : BlockIoctl.values()) {
      row(s, i.name(), i.how());
    }
    s.append(CONTROL);
    for (ControlFile.Command c : ControlFile.Command.values()) {
      s.append("- DM_").append(c).append('\n');
    }
    return s.append(WAYS_IN).append(REST).toString();
  }

  private static void row(StringBuilder s, String... cells) {
    for (String cell : cells) {
      s.append("| ").append(cell).append(' ');
    }
    s.append("|\n");
  }
}
