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

      With `struct dm_ioctl` as of interface 4.47.0, that of Linux 6.1, whatever the kernel:
      """;

  private static final String REST =
      """

      ## Names

      Simulated are /dev but for null, zero, full, random, urandom, tty\\*, console, ptmx, pts, fd,
      shm and the standard streams; /sys/block, /sys/dev/block, /sys/class/block,
      /sys/devices/virtual/bdi, /sys/module/dm\\_\\*; /proc/devices, /proc/misc, /proc/partitions;
      /run/udev, which is not there, /run/lvm, /run/lock/lvm, /run/cryptsetup, /run/blkid; /etc/lvm,
      with a configuration for a machine without udev.

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
    return s.append(REST).toString();
  }

  private static void row(StringBuilder s, String... cells) {
    for (String cell : cells) {
      s.append("| ").append(cell).append(' ');
    }
    s.append("|\n");
  }
}
