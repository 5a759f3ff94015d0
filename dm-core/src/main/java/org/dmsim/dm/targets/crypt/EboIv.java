package org.dmsim.dm.targets.crypt;

import org.dmsim.dm.crypto.Skcipher;

/** {@code eboiv}: the sector's offset in bytes, encrypted by the cipher itself; BitLocker's. */
class EboIv extends IvMode {

  @Override
  final boolean fits(CryptCipher cipher) {
    return !cipher.isAead() && cipher.blockSize() == cipher.ivSize();
  }

  @Override
  void generate(CryptCipher cipher, DataUnit u) {
    int size = cipher.ivSize();
    byte[] offset = new byte[size];
    LITTLE.set(offset, 0, u.number * cipher.sectorSize());
    // zeroes, encrypted with that vector: what lies at the vector's place are zeroes
    cipher.any().crypt(true, new Skcipher.Request(u.ivs, u.ivAt, size, 1, offset));
  }
}
