package org.dmsim.dm.targets.thin;

import java.lang.foreign.MemorySegment;
import org.dmsim.dm.persistent.BTreeValue;
import org.dmsim.dm.persistent.Le;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.persistent.SpaceMap;

/**
 * Which data block a block of a device is, and when it became that: the block in the upper 40 bits,
 * the time in the lower 24. {@code pack_block_time} and its friends of {@code dm-thin-metadata.c}.
 */
final class BlockTime implements BTreeValue {

  private static final int TIME_BITS = 24;

  private final SpaceMap dataMap;

  BlockTime(SpaceMap dataMap) {
    this.dataMap = dataMap;
  }

  static byte[] pack(long block, int time) {
    byte[] value = new byte[Long.BYTES];
    MemorySegment.ofArray(value).set(Le.LE64, 0, block << TIME_BITS | Integer.toUnsignedLong(time));
    return value;
  }

  static long block(byte[] value) {
    return MemorySegment.ofArray(value).get(Le.LE64, 0) >>> TIME_BITS;
  }

  static int time(byte[] value) {
    return (int) MemorySegment.ofArray(value).get(Le.LE64, 0) & (1 << TIME_BITS) - 1;
  }

  @Override
  public int size() {
    return Long.BYTES;
  }

  @Override
  public void inc(MemorySegment at, long offset, int count) {
    withRuns(at, offset, count, dataMap::inc);
  }

  @Override
  public void dec(MemorySegment at, long offset, int count) {
    withRuns(at, offset, count, dataMap::dec);
  }

  @Override
  public boolean equal(MemorySegment at, long offset, MemorySegment value) {
    return at.get(Le.LE64, offset) >>> TIME_BITS == value.get(Le.LE64, 0) >>> TIME_BITS;
  }

  private interface RunFn {
    void run(long begin, long end) throws MetadataException;
  }

  /** Mirrors {@code with_runs}: a failure is told to nobody. */
  private static void withRuns(MemorySegment at, long offset, int count, RunFn fn) {
    long begin = 0;
    long end = 0;
    for (int i = 0; i < count; i++) {
      long b = at.get(Le.LE64, offset + (long) i * Long.BYTES) >>> TIME_BITS;
      if (i > 0 && b != end) {
        run(fn, begin, end);
      }
      if (i == 0 || b != end) {
        begin = b;
        end = b;
      }
      end++;
    }
    if (count > 0) {
      run(fn, begin, end);
    }
  }

  private static void run(RunFn fn, long begin, long end) {
    try {
      fn.run(begin, end);
    } catch (MetadataException e) {
      return; // as the kernel ignores it
    }
  }
}
