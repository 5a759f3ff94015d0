package org.dmsim.dm.targets.raid;

/**
 * The arithmetic of RAID 6: bytes as polynomials modulo x^8 + x^4 + x^3 + x^2 + 1, and blocks as
 * sums of them. P is the sum of the data, Q the sum of each times g to its place.
 */
final class Syndrome {

  private static final int POLYNOMIAL = 0x11d;
  private static final int ORDER = 255;
  private final byte[] exp = new byte[2 * ORDER];
  private final int[] log = new int[ORDER + 1];

  Syndrome() {
    int x = 1;
    for (int i = 0; i < ORDER; i++) {
      exp[i] = (byte) x;
      exp[i + ORDER] = (byte) x;
      log[x] = i;
      x <<= 1;
      x = x > ORDER ? x ^ POLYNOMIAL : x;
    }
  }

  /** Adds a block to another. */
  static void add(byte[] to, byte[] block) {
    for (int i = 0; i < to.length; i++) {
      to[i] ^= block[i];
    }
  }

  /** Adds a block times g to a power. */
  void add(byte[] to, byte[] block, int power) {
    for (int i = 0; i < to.length; i++) {
      if (block[i] != 0) {
        to[i] ^= exp[log[block[i] & 0xff] + power % ORDER];
      }
    }
  }

  /** Divides a block by g to a power. */
  void divide(byte[] block, int power) {
    multiply(block, ORDER - power % ORDER);
  }

  private void multiply(byte[] block, int power) {
    for (int i = 0; i < block.length; i++) {
      if (block[i] != 0) {
        block[i] = exp[log[block[i] & 0xff] + power % ORDER];
      }
    }
  }

  /**
   * Solves for two data blocks: {@code p} is their sum, {@code q} the sum of each times g to its
   * power. Afterwards {@code q} is the first, and {@code p} the second.
   */
  void solve(byte[] p, byte[] q, int first, int second) {
    int sum = exp[first % ORDER] & 0xff ^ exp[second % ORDER] & 0xff;
    add(q, p, second); // now the first times the sum of both powers
    multiply(q, ORDER - log[sum]);
    add(p, q);
  }
}
