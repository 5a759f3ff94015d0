package org.dmsim.dm.targets.era;

import java.lang.foreign.MemorySegment;
import org.dmsim.dm.persistent.Le;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * The blocks that were written in an era: {@code struct writeset}, 6.1; on disk, and in memory, so
 * that they need not be looked up there.
 */
final class Writeset extends Shared {

  /** {@code INVALID_WRITESET_ROOT}. */
  static final long NO_ROOT = EraSuperblock.LOCATION;

  /** Bytes of {@code struct writeset_disk}. */
  static final int DISK_SIZE = 12;

  int bitCount;
  long root = NO_ROOT;
  private long[] bits = {};

  Writeset() {
    super("writeset");
  }

  /** Memory for so many blocks, none of them written. */
  void alloc(long blocks) {
    bits = new long[(int) ((blocks + Long.SIZE - 1) / Long.SIZE)];
  }

  /** Whether a block is marked; {@code test_bit}. */
  boolean isMarked(long block) {
    Sched.point(this, Access.READ);
    int word = (int) (block / Long.SIZE);
    return word < bits.length && (bits[word] >>> block % Long.SIZE & 1) != 0;
  }

  /** Marks a block in memory; {@code set_bit}. */
  void mark(long block) {
    Sched.point(this, Access.WRITE);
    bits[(int) (block / Long.SIZE)] |= 1L << block % Long.SIZE;
  }

  /** Mirrors {@code ws_pack}. */
  byte[] pack() {
    byte[] disk = new byte[DISK_SIZE];
    MemorySegment at = MemorySegment.ofArray(disk);
    at.set(Le.LE32, 0, bitCount);
    at.set(Le.LE64, 4, root);
    return disk;
  }
}
