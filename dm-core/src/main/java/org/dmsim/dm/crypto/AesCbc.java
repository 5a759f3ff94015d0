package org.dmsim.dm.crypto;

/**
 * {@code cbc(aes)}. Units are encrypted one after the other, since each block waits for the one
 * before; all of them are decrypted at once, as a block needs no more than the ciphertext before
 * it.
 */
final class AesCbc extends Skcipher {

  private final Aes encrypt = new Aes("CBC", true);
  private final Aes decrypt = new Aes("ECB", false);
  private byte[] before = new byte[0];

  AesCbc() {
    super(Aes.BLOCK, Aes.BLOCK);
  }

  @Override
  boolean takesKeyOf(int length) {
    return Aes.takesKeyOf(length);
  }

  @Override
  void key(byte[] key, int offset, int length) {
    encrypt.key(key, offset, length);
    decrypt.keyOfEcb(key, offset, length);
  }

  @Override
  public void crypt(boolean encrypts, Request r) {
    if (!encrypts) {
      decrypt(r);
      return;
    }
    encrypt.eachUnit(r);
  }

  private void decrypt(Request r) {
    int length = r.length();
    if (before.length < length + Aes.BLOCK) {
      before = new byte[length + Aes.BLOCK];
    }
    System.arraycopy(r.source(), r.sourceOffset(), before, Aes.BLOCK, length);
    for (int u = 0; u < r.units(); u++) {
      System.arraycopy(r.ivs(), u * Aes.BLOCK, before, u * r.unit(), Aes.BLOCK);
    }
    byte[] out = r.destination();
    int at = r.destinationOffset();
    decrypt.apply(r.source(), r.sourceOffset(), length, out, at);
    Xor.xor(out, at, before, 0, out, at, length);
  }
}
