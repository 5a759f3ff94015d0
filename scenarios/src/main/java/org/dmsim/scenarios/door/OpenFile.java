package org.dmsim.scenarios.door;

import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.dm.ioctl.ControlFile;

/**
 * {@code struct file}: what a program has open of the simulated machine. Its descriptors, in
 * whatever program, stand for one and the same.
 */
final class OpenFile {

  static final int O_ACCMODE = 3;
  static final int O_WRONLY = 1;
  static final int O_EXCL = 0x80;
  static final int O_CREAT = 0x40;
  static final int O_TRUNC = 0x200;
  static final int O_APPEND = 0x400;
  static final int O_NONBLOCK = 0x800;
  static final int O_DSYNC = 0x1000;

  /** On x86-64; on arm64 it is another bit, see {@link #direct}. */
  private static final int O_DIRECT_X86 = 0x4000;

  private static final int O_DIRECT_ARM64 = 0x10000;

  private final String name;
  private final Node node;
  private final int direct;
  private final BlockFile block;
  private final ControlFile control;

  private Gendisk tunes;

  /** Position of the next read of /dev/kmsg. */
  private int record;

  private int flags;
  private long position;
  private int calls;
  private boolean closed;

  private OpenFile(
      String name, Node node, int flags, int direct, BlockFile block, ControlFile control) {
    this.name = name;
    this.node = node;
    this.flags = flags & ~(Libc.O_CLOEXEC | O_CREAT | O_EXCL | O_TRUNC);
    this.direct = direct;
    this.block = block;
    this.control = control;
  }

  static OpenFile block(String name, Node node, int flags, Architecture a, BlockFile block) {
    return new OpenFile(name, node, flags, directFlag(a), block, null);
  }

  static OpenFile control(String name, Node node, int flags, ControlFile control) {
    return new OpenFile(name, node, flags, 0, null, control);
  }

  static OpenFile kmsg(String name, Node node, int flags) {
    return new OpenFile(name, node, flags, 0, null, null);
  }

  /** A device's {@code read_ahead_kb}, opened for writing. */
  static OpenFile readAhead(String name, int flags, Gendisk disk) {
    OpenFile f = new OpenFile(name, Node.readAhead(), flags, 0, null, null);
    f.tunes = disk;
    return f;
  }

  /** The device whose read-ahead is written here; null for another file. */
  Gendisk tunes() {
    return tunes;
  }

  /** {@code O_DIRECT} of an architecture. */
  static int directFlag(Architecture a) {
    return a == Architecture.ARM64 ? O_DIRECT_ARM64 : O_DIRECT_X86;
  }

  /** {@code FMODE_} bits for the flags of an open. */
  static int mode(int flags) {
    int mode =
        switch (flags & O_ACCMODE) {
          case 0 -> BlockDevice.FMODE_READ;
          case O_WRONLY -> BlockDevice.FMODE_WRITE;
          default -> BlockDevice.FMODE_READ | BlockDevice.FMODE_WRITE;
        };
    return mode | ((flags & O_EXCL) != 0 ? BlockDevice.FMODE_EXCL : 0);
  }

  /** The name that it was opened by. */
  String name() {
    return name;
  }

  Node node() {
    return node;
  }

  /** The block device's file; null for another. */
  BlockFile block() {
    return block;
  }

  /** The control device's file; null for another. */
  ControlFile control() {
    return control;
  }

  /** Flags of the open, and of {@code F_SETFL} since. */
  int flags() {
    return flags;
  }

  /** {@code F_SETFL}: what may be changed afterwards. */
  void setFlags(int f) {
    int changeable = O_APPEND | O_NONBLOCK | direct;
    flags = flags & ~changeable | f & changeable;
  }

  boolean isDirect() {
    return direct != 0 && (flags & direct) != 0;
  }

  long position() {
    return position;
  }

  void setPosition(long p) {
    position = p;
  }

  /** The next record of the kernel log to read, from 0. */
  int takeRecord() {
    return record++;
  }

  int record() {
    return record;
  }

  void setRecord(int n) {
    record = n;
  }

  // ---- its end ---------------------------------------------------------------------------------

  /** A call begins that uses it. */
  void begin() {
    calls++;
  }

  /** A call ends; true if the file can go now. */
  boolean endIsLast() {
    return --calls == 0 && closed;
  }

  /** Its last descriptor is gone; true if the file can go now. */
  boolean closeIsLast() {
    closed = true;
    return calls == 0;
  }

  @Override
  public String toString() {
    return name;
  }
}
