package org.dmsim.dm.targets.crypt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The state of MD5 (RFC 1321) between blocks, which no provider gives away: a digest before padding
 * and length.
 */
final class Md5State {

  private static final int BLOCK = 64;
  private static final int ROUNDS = 64;
  private final int[] sines = sines();
  private final int[][] rotations = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}
  };

  private int a;
  private int b;
  private int c;
  private int d;

  Md5State() {
    reset();
  }

  /** Begins afresh. */
  Md5State reset() {
    a = 0x67452301;
    b = 0xefcdab89;
    c = 0x98badcfe;
    d = 0x10325476;
    return this;
  }

  private static int[] sines() {
    int[] t = new int[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      t[i] = (int) (long) (StrictMath.abs(StrictMath.sin(i + 1)) * (1L << 32));
    }
    return t;
  }

  /** Adds whole blocks of 64 bytes. */
  void update(byte[] bytes, int offset, int length) {
    for (int at = offset; at < offset + length; at += BLOCK) {
      block(ByteBuffer.wrap(bytes, at, BLOCK).order(ByteOrder.LITTLE_ENDIAN), at);
    }
  }

  private void block(ByteBuffer x, int at) {
    int[] before = {a, b, c, d};
    for (int i = 0; i < ROUNDS; i++) {
      int f;
      int k;
      switch (i / 16) {
        case 0 -> {
          f = b & c | ~b & d;
          k = i;
        }
        case 1 -> {
          f = b & d | c & ~d;
          k = 5 * i + 1;
        }
        case 2 -> {
          f = b ^ c ^ d;
          k = 3 * i + 5;
        }
        default -> {
          f = c ^ (b | ~d);
          k = 7 * i;
        }
      }
      int sum = a + f + x.getInt(at + k % 16 * Integer.BYTES) + sines[i];
      a = d;
      d = c;
      c = b;
      b += Integer.rotateLeft(sum, rotations[i / 16][i % 4]);
    }
    a += before[0];
    b += before[1];
    c += before[2];
    d += before[3];
  }

  /** The state, as the digest's bytes would be. */
  byte[] state() {
    ByteBuffer out = ByteBuffer.allocate(4 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return out.putInt(a).putInt(b).putInt(c).putInt(d).array();
  }
}
