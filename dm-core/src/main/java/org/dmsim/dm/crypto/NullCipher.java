package org.dmsim.dm.crypto;

/** {@code ecb(cipher_null)}: changes nothing, and takes no key but the empty one. */
final class NullCipher extends Skcipher {

  NullCipher() {
    super(1, 0);
  }

  @Override
  boolean takesKeyOf(int length) {
    return length == 0;
  }

  @Override
  void key(byte[] key, int offset, int length) {}

  @Override
  public void crypt(boolean encrypts, Request r) {
    System.arraycopy(
        r.source(), r.sourceOffset(), r.destination(), r.destinationOffset(), r.length());
  }
}
