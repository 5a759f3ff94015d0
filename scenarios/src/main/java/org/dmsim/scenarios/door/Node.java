package org.dmsim.scenarios.door;

/**
 * A device node of the simulated tree.
 *
 * @param device what it is
 * @param major of a block device
 * @param minor of a block device
 * @param own whether the door made it, as devtmpfs does, and takes it away again
 */
record Node(Device device, int major, int minor, boolean own) {

  /** What a node leads to. */
  enum Device {
    /** A block device. */
    BLOCK,
    /** {@code /dev/mapper/control}. */
    CONTROL,
    /** {@code /dev/kmsg}. */
    KMSG,
    /** {@code read_ahead_kb} of a device's in /sys. */
    READ_AHEAD
  }

  private static final int MISC_MAJOR = 10;

  /** {@code MAPPER_CTRL_MINOR}. */
  private static final int MAPPER_CTRL_MINOR = 236;

  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;

  static Node block(int major, int minor, boolean own) {
    return new Node(Device.BLOCK, major, minor, own);
  }

  static Node control() {
    return new Node(Device.CONTROL, MISC_MAJOR, MAPPER_CTRL_MINOR, true);
  }

  static Node readAhead() {
    return new Node(Device.READ_AHEAD, 0, 0, true);
  }

  static Node kmsg() {
    return new Node(Device.KMSG, 1, 11, true);
  }

  /** What {@code mknod} asks for; null for what the door does not make. */
  static Node of(int mode, int major, int minor) {
    return switch (mode & S_IFMT) {
      case S_IFBLK -> block(major, minor, false);
      case S_IFCHR -> major == MISC_MAJOR && minor == MAPPER_CTRL_MINOR ? control() : null;
      default -> null;
    };
  }

  boolean isBlock() {
    return device == Device.BLOCK;
  }

  /** {@code st_mode}: the simulated machine lets everybody open its devices. */
  int mode() {
    return switch (device) {
      case BLOCK -> S_IFBLK | 0666;
      case CONTROL, KMSG -> S_IFCHR | 0666;
      case READ_AHEAD -> S_IFREG | 0644;
    };
  }
}
