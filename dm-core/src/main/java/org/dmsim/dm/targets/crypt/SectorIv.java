package org.dmsim.dm.targets.crypt;

/** Initialisation vectors that are the number of the sector, in one form or another. */
abstract class SectorIv extends IvMode {

  /** {@code plain}: 32 bits, little-endian. */
  static final class Plain extends SectorIv {
    @Override
    void generate(CryptCipher cipher, DataUnit u) {
      LITTLE.set(u.ivs, u.ivAt, u.number & 0xffffffffL);
    }
  }

  /** {@code plain64}: 64 bits, little-endian; of {@code essiv} too, whose cipher encrypts them. */
  static final class Plain64 extends SectorIv {
    @Override
    void generate(CryptCipher cipher, DataUnit u) {
      LITTLE.set(u.ivs, u.ivAt, u.number);
    }
  }

  /** {@code plain64be}: 64 bits, big-endian, at the end. */
  static final class Plain64Be extends SectorIv {
    @Override
    void generate(CryptCipher cipher, DataUnit u) {
      BIG.set(u.ivs, u.ivAt + cipher.ivSize() - Long.BYTES, u.number);
    }
  }

  /** {@code benbi}: the number of the cipher's block, counted from 1, big-endian, at the end. */
  static final class Benbi extends SectorIv {
    private static final int BITS_OF_SECTOR = 9;

    @Override
    void generate(CryptCipher cipher, DataUnit u) {
      int shift = BITS_OF_SECTOR - Integer.numberOfTrailingZeros(cipher.blockSize());
      BIG.set(u.ivs, u.ivAt + cipher.ivSize() - Long.BYTES, (u.number << shift) + 1);
    }
  }

  /** {@code null}: zeroes. */
  static final class Null extends SectorIv {
    @Override
    void generate(CryptCipher cipher, DataUnit u) {}
  }

  /** {@code random}: stored beside the sector. */
  static final class Random extends SectorIv {
    @Override
    void generate(CryptCipher cipher, DataUnit u) {
      cipher.randomVector(u);
    }
  }
}
