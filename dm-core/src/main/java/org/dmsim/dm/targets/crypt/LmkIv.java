package org.dmsim.dm.targets.crypt;

import java.util.Arrays;
import org.dmsim.block.Sectors;

/**
 * {@code lmk}: loop-AES. The vector is an MD5, without its padding, of all blocks of the sector but
 * the first and of the sector's number; so a sector is decrypted with zeroes, and its first block
 * mended afterwards.
 */
final class LmkIv extends IvMode {

  private static final int BLOCK = 16;

  /** The seed of version 3 has 16 bytes, and zeroes behind. */
  private static final int SEED = 64;

  private static final int LENGTH_OF_LOOP_AES = 4024;

  private final Md5State md5 = new Md5State();

  /** Null in version 2, which has none. */
  private byte[] seed;

  @Override
  boolean fits(CryptCipher cipher) {
    if (cipher.sectorSize() != Sectors.SIZE) {
      return false;
    }
    seed = cipher.key().parts() == cipher.keys() ? null : new byte[SEED];
    return true;
  }

  @Override
  int init(CryptCipher cipher) {
    if (seed != null) {
      int each = cipher.key().size() / cipher.key().parts();
      System.arraycopy(cipher.key().bytes(), cipher.keys() * each, seed, 0, BLOCK);
    }
    return 0;
  }

  @Override
  void wipe() {
    if (seed != null) {
      Arrays.fill(seed, (byte) 0);
    }
  }

  @Override
  void generate(CryptCipher cipher, DataUnit u) {
    if (u.write) {
      byte[] iv = digest(u, u.source, u.sourceAt);
      System.arraycopy(iv, 0, u.ivs, u.ivAt, cipher.ivSize());
    }
  }

  @Override
  void post(CryptCipher cipher, DataUnit u) {
    if (!u.write) {
      byte[] iv = digest(u, u.destination, u.destinationAt);
      for (int i = 0; i < cipher.ivSize(); i++) {
        u.destination[u.destinationAt + i] ^= iv[i];
      }
    }
  }

  private byte[] digest(DataUnit u, byte[] data, int at) {
    md5.reset();
    if (seed != null) {
      md5.update(seed, 0, SEED);
    }
    byte[] rest = Arrays.copyOfRange(data, at + BLOCK, at + Sectors.SIZE + BLOCK);
    int end = rest.length - BLOCK;
    LITTLE.set(rest, end, u.number & 0x00ff_ffff_ffff_ffffL | 1L << 63);
    LITTLE.set(rest, end + Long.BYTES, (long) LENGTH_OF_LOOP_AES);
    md5.update(rest, 0, rest.length);
    return md5.state();
  }
}
