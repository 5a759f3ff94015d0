package org.dmsim.scenarios.door;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.dmsim.dm.ioctl.DmIoctlStruct;

/** {@code struct stat} and {@code struct statx} of device nodes. */
final class StatLayout {

  /** Bytes of {@code struct statx}. */
  static final int STATX = 256;

  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int BLOCK_SIZE = 4096;

  /** {@code st_dev} of the simulated /dev. */
  private static final int DEVTMPFS = 5;

  private StatLayout() {}

  /** Bytes of {@code struct stat}. */
  static int size(Architecture a) {
    return a == Architecture.ARM64 ? 128 : 144;
  }

  private static long inode(Node n) {
    return 1000L + n.major() * (1L << 20) + n.minor();
  }

  static byte[] stat(Architecture a, Node n) {
    ByteBuffer b = ByteBuffer.allocate(size(a)).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(0, DEVTMPFS);
    b.putLong(8, inode(n));
    long device = DmIoctlStruct.dev(n.major(), n.minor());
    if (a == Architecture.ARM64) {
      b.putInt(16, n.mode());
      b.putInt(20, 1); // st_nlink
      b.putLong(32, device);
      b.putInt(56, BLOCK_SIZE);
    } else {
      b.putLong(16, 1); // st_nlink
      b.putInt(24, n.mode());
      b.putLong(40, device);
      b.putLong(56, BLOCK_SIZE);
    }
    return b.array();
  }

  static byte[] statx(Node n) {
    ByteBuffer b = ByteBuffer.allocate(STATX).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0, STATX_BASIC_STATS);
    b.putInt(4, BLOCK_SIZE);
    b.putInt(16, 1); // stx_nlink
    b.putShort(28, (short) n.mode());
    b.putLong(32, inode(n));
    b.putInt(128, n.major());
    b.putInt(132, n.minor());
    b.putInt(140, DEVTMPFS); // stx_dev_minor
    return b.array();
  }
}
