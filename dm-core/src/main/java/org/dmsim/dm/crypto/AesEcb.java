package org.dmsim.dm.crypto;

/** {@code ecb(aes)}. */
final class AesEcb extends Skcipher {

  private final Aes encrypt = new Aes("ECB", true);
  private final Aes decrypt = new Aes("ECB", false);

  AesEcb() {
    super(Aes.BLOCK, 0);
  }

  @Override
  boolean takesKeyOf(int length) {
    return Aes.takesKeyOf(length);
  }

  @Override
  void key(byte[] key, int offset, int length) {
    encrypt.keyOfEcb(key, offset, length);
    decrypt.keyOfEcb(key, offset, length);
  }

  @Override
  public void crypt(boolean encrypts, Request r) {
    (encrypts ? encrypt : decrypt)
        .apply(r.source(), r.sourceOffset(), r.length(), r.destination(), r.destinationOffset());
  }
}
