package org.dmsim.dm.crypto;

/** What a cipher of any kind has: {@code struct crypto_tfm}, with the sizes of its algorithm. */
abstract class Tfm {

  private final int blockSize;
  private final int ivSize;

  /**
   * A cipher without a key.
   *
   * @param blockSize {@code cra_blocksize}, bytes; 1 for a stream
   * @param ivSize bytes of an initialisation vector; 0 for none
   */
  Tfm(int blockSize, int ivSize) {
    this.blockSize = blockSize;
    this.ivSize = ivSize;
  }

  /** Bytes of a block; 1 for a stream. {@code crypto_skcipher_blocksize} and its kin. */
  public final int blockSize() {
    return blockSize;
  }

  /** Bytes of an initialisation vector, or 0; {@code crypto_skcipher_ivsize} and its kin. */
  public final int ivSize() {
    return ivSize;
  }
}
