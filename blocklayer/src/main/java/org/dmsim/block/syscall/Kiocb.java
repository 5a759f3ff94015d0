package org.dmsim.block.syscall;

import org.dmsim.block.BlockDevice;

/**
 * {@code struct kiocb} with its {@code iov_iter}: one read or write of one run of a user's memory.
 */
final class Kiocb {

  final BlockFile file;
  final boolean write;
  final byte[] memory;

  /** {@code RWF_} bits. */
  final int flags;

  /** Where in the device, bytes. */
  final long pos;

  /** Next byte of {@link #memory}; page offsets are those of the array. */
  int at;

  /** Bytes left. */
  long count;

  Kiocb(BlockFile file, boolean write, byte[] memory, int at, long count, long pos, int flags) {
    this.file = file;
    this.write = write;
    this.memory = memory;
    this.at = at;
    this.count = count;
    this.pos = pos;
    this.flags = flags;
  }

  BlockDevice bdev() {
    return file.bdev();
  }

  boolean has(int rwf) {
    return (flags & rwf) != 0;
  }
}
