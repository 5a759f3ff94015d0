package org.dmsim.dm.targets.crypt;

import java.util.Arrays;
import org.dmsim.block.Sectors;

/**
 * {@code tcw}: TrueCrypt before 4.1. The vector is a part of the key, xored with the sector's
 * number; eight bytes made of another part by CRC32 lie over the whole encrypted sector.
 */
final class TcwIv extends IvMode {

  /** {@code TCW_WHITENING_SIZE}. */
  static final int WHITENING = 16;

  private static final int POLYNOMIAL = 0xedb88320;

  private byte[] seed = {};
  private final byte[] whitening = new byte[WHITENING];

  @Override
  boolean fits(CryptCipher cipher) {
    seed = new byte[cipher.ivSize()];
    return cipher.sectorSize() == Sectors.SIZE && cipher.key().size() > cipher.ivSize() + WHITENING;
  }

  @Override
  int init(CryptCipher cipher) {
    int from = cipher.key().size() - seed.length - WHITENING;
    System.arraycopy(cipher.key().bytes(), from, seed, 0, seed.length);
    System.arraycopy(cipher.key().bytes(), from + seed.length, whitening, 0, WHITENING);
    return 0;
  }

  @Override
  void wipe() {
    Arrays.fill(seed, (byte) 0);
    Arrays.fill(whitening, (byte) 0);
  }

  @Override
  void generate(CryptCipher cipher, DataUnit u) {
    if (!u.write) {
      whiten(u.source, u.sourceAt, u.number);
    }
    for (int i = 0; i < seed.length; i++) {
      u.ivs[u.ivAt + i] = (byte) (seed[i] ^ byteOf(u.number, i));
    }
  }

  @Override
  void post(CryptCipher cipher, DataUnit u) {
    if (u.write) {
      whiten(u.destination, u.destinationAt, u.number);
    }
  }

  /** Byte of a number, little-endian, over and over. */
  private static byte byteOf(long number, int index) {
    return (byte) (number >>> index % Long.BYTES * Byte.SIZE);
  }

  private void whiten(byte[] data, int at, long number) {
    int[] crc = new int[WHITENING / Integer.BYTES];
    for (int i = 0; i < WHITENING; i++) {
      int word = i / Integer.BYTES;
      crc[word] = crc32(crc[word], (byte) (whitening[i] ^ byteOf(number, i)));
    }
    long over = (crc[0] ^ crc[3]) & 0xffffffffL | (long) (crc[1] ^ crc[2]) << Integer.SIZE;
    for (int i = at; i < at + Sectors.SIZE; i += Long.BYTES) {
      LITTLE.set(data, i, (long) LITTLE.get(data, i) ^ over);
    }
  }

  /** One byte more; begins with 0 and ends as it is, unlike the CRC32 of the JDK. */
  private static int crc32(int before, byte b) {
    int crc = before ^ b & 0xff;
    for (int i = 0; i < Byte.SIZE; i++) {
      crc = crc >>> 1 ^ (POLYNOMIAL & -(crc & 1));
    }
    return crc;
  }
}
