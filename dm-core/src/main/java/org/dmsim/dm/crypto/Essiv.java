package org.dmsim.dm.crypto;

/**
 * {@code essiv(CIPHER,DIGEST)}: the initialisation vectors are encrypted with the digest of the key
 * before the cipher gets them. Mirrors {@code crypto/essiv.c}, 6.1.
 */
final class Essiv extends Skcipher {

  private final Skcipher inner;
  private final Shash digest;
  private final Aes salted = new Aes("ECB", true);

  Essiv(Skcipher inner, Shash digest) {
    super(inner.blockSize(), inner.ivSize());
    this.inner = inner;
    this.digest = digest;
  }

  @Override
  boolean takesKeyOf(int length) {
    return inner.takesKeyOf(length) && Aes.takesKeyOf(digest.digestSize());
  }

  @Override
  void key(byte[] key, int offset, int length) {
    inner.key(key, offset, length);
    byte[] salt = digest.update(key, offset, length).digest();
    salted.keyOfEcb(salt, 0, salt.length);
  }

  @Override
  public void crypt(boolean encrypts, Request r) {
    salted.apply(r.ivs(), 0, r.units() * ivSize(), r.ivs(), 0);
    inner.crypt(encrypts, r);
  }
}
