package org.dmsim.dm.targets.verity;

import org.dmsim.block.Errno;
import org.dmsim.dm.crypto.Shash;

/**
 * How blocks are hashed.
 *
 * @param version 1 puts the salt in front, 0 behind
 * @param shash the algorithm
 * @param salt may be empty
 */
record Digests(int version, Shash shash, byte[] salt) {

  /** Bytes of a digest. */
  int size() {
    return shash.digestSize();
  }

  /**
   * The digest of a block; {@code verity_hash}.
   *
   * @throws VerityException ENOKEY for a MAC, whose key nobody can set
   */
  byte[] of(byte[] data, int from, int length) throws VerityException {
    if (shash.needsKey()) {
      VerityTarget.say("crypto_ahash_init failed: -" + Errno.ENOKEY);
      throw new VerityException(Errno.ENOKEY);
    }
    if (version >= 1) {
      return shash.update(salt).update(data, from, length).digest();
    }
    return shash.update(data, from, length).update(salt).digest();
  }
}
