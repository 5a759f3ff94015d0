package org.dmsim.dm.crypto;

/** {@code ctr(aes)}: a stream, so its block is one byte. */
final class AesCtr extends Skcipher {

  private final Aes stream = new Aes("CTR", true);

  AesCtr() {
    super(1, Aes.BLOCK);
  }

  @Override
  boolean takesKeyOf(int length) {
    return Aes.takesKeyOf(length);
  }

  @Override
  void key(byte[] key, int offset, int length) {
    stream.key(key, offset, length);
  }

  @Override
  public void crypt(boolean encrypts, Request r) {
    stream.eachUnit(r);
  }
}
