package org.dmsim.dm.crypto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code xxhash64} with seed 0: XXH64 of Y. Collet's specification, eight bytes little-endian. */
final class XxHash64 implements Shash.Algorithm {

  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;
  private static final int STRIPE = 32;

  private final ByteArrayOutputStream input = new ByteArrayOutputStream();

  @Override
  public int size() {
    return Long.BYTES;
  }

  @Override
  public void update(byte[] bytes, int offset, int length) {
    input.write(bytes, offset, length);
  }

  private static long round(long sum, long lane) {
    return Long.rotateLeft(sum + lane * P2, 31) * P1;
  }

  @Override
  public byte[] digest() {
    ByteBuffer in = ByteBuffer.wrap(input.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    input.reset();
    long length = in.remaining();
    long h = length >= STRIPE ? stripes(in) : P5;
    h += length;
    while (in.remaining() >= Long.BYTES) {
      h = Long.rotateLeft(h ^ round(0, in.getLong()), 27) * P1 + P4;
    }
    if (in.remaining() >= Integer.BYTES) {
      h = Long.rotateLeft(h ^ (in.getInt() & 0xffffffffL) * P1, 23) * P2 + P3;
    }
    while (in.hasRemaining()) {
      h = Long.rotateLeft(h ^ (in.get() & 0xff) * P5, 11) * P1;
    }
    h = (h ^ h >>> 33) * P2;
    h = (h ^ h >>> 29) * P3;
    h ^= h >>> 32;
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(h).array();
  }

  private static long stripes(ByteBuffer in) {
    long[] sums = {P1 + P2, P2, 0, -P1};
    while (in.remaining() >= STRIPE) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] = round(sums[i], in.getLong());
      }
    }
    long h =
        Long.rotateLeft(sums[0], 1)
            + Long.rotateLeft(sums[1], 7)
            + Long.rotateLeft(sums[2], 12)
            + Long.rotateLeft(sums[3], 18);
    for (long sum : sums) {
      h = (h ^ round(0, sum)) * P1 + P4;
    }
    return h;
  }
}
