package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.dmsim.block.Errno;

/**
 * Runs of a program's memory: {@code struct iovec[]}.
 *
 * @param base addresses
 * @param length bytes of each
 */
record Iovec(long[] base, long[] length) {

  /** {@code UIO_MAXIOV}. */
  static final int MAX = 1024;

  /** {@code MAX_RW_COUNT}: more bytes than that are not moved by one call. */
  static final long MOST = 0x7fff_f000L;

  /** One run. */
  static Iovec of(long base, long length) {
    return new Iovec(new long[] {base}, new long[] {length});
  }

  /** As {@code import_iovec} reads them: EINVAL for too many, or a negative length. */
  static Iovec read(Call call, long at, long count) {
    if (count < 0 || count > MAX) {
      throw new CallError(Errno.EINVAL);
    }
    int n = (int) count;
    MemorySegment v = call.peek(at, 16L * n);
    long[] base = new long[n];
    long[] length = new long[n];
    for (int i = 0; i < n; i++) {
      base[i] = v.get(JAVA_LONG_UNALIGNED, 16L * i);
      length[i] = v.get(JAVA_LONG_UNALIGNED, 16L * i + 8);
      if (length[i] < 0) {
        throw new CallError(Errno.EINVAL);
      }
    }
    return new Iovec(base, length);
  }

  /** Bytes in all, as far as one call moves them. */
  long total() {
    long sum = 0;
    for (long l : length) {
      sum += Math.min(l, MOST - sum);
    }
    return sum;
  }
}
