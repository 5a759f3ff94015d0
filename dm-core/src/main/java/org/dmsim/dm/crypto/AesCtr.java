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
    for (int u = 0; u < r.units(); u++) {
      int at = u * r.unit();
      stream
          .withIv(r.ivs(), u * Aes.BLOCK)
          .apply(
              r.source(),
              r.sourceOffset() + at,
              r.unit(),
              r.destination(),
              r.destinationOffset() + at);
    }
  }
}
