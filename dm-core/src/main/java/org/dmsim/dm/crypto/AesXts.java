package org.dmsim.dm.crypto;

/**
 * {@code xts(aes)}: IEEE 1619, with the initialisation vector as the number of the data unit. AES
 * is the JDK's; the tweaks are ours. Mirrors {@code crypto/xts.c}, 6.1, for units of whole blocks.
 */
final class AesXts extends Skcipher {

  /** What x^128 is in the field, in a little-endian tweak. */
  private static final long POLYNOMIAL = 0x87;

  private final Aes encrypt = new Aes("ECB", true);
  private final Aes decrypt = new Aes("ECB", false);
  private final Aes tweak = new Aes("ECB", true);
  private byte[] tweaks = new byte[0];

  AesXts() {
    super(Aes.BLOCK, Aes.BLOCK);
  }

  /** Two AES keys, the second one for the tweaks. */
  @Override
  boolean takesKeyOf(int length) {
    return length % 2 == 0 && Aes.takesKeyOf(length / 2);
  }

  @Override
  void key(byte[] key, int offset, int length) {
    int half = length / 2;
    encrypt.keyOfEcb(key, offset, half);
    decrypt.keyOfEcb(key, offset, half);
    tweak.keyOfEcb(key, offset + half, half);
  }

  @Override
  public void crypt(boolean encrypts, Request r) {
    int length = r.length();
    if (tweaks.length < length) {
      tweaks = new byte[length];
    }
    tweak.apply(r.ivs(), 0, r.units() * Aes.BLOCK, r.ivs(), 0);
    for (int u = 0; u < r.units(); u++) {
      spread(r.ivs(), u * Aes.BLOCK, u * r.unit(), r.unit());
    }
    byte[] out = r.destination();
    int at = r.destinationOffset();
    Xor.xor(r.source(), r.sourceOffset(), tweaks, 0, out, at, length);
    (encrypts ? encrypt : decrypt).apply(out, at, length, out, at);
    Xor.xor(out, at, tweaks, 0, out, at, length);
  }

  /** The tweaks of one unit's blocks: each is the one before times x. */
  private void spread(byte[] first, int firstAt, int at, int unit) {
    long low = (long) Xor.LONGS.get(first, firstAt);
    long high = (long) Xor.LONGS.get(first, firstAt + Long.BYTES);
    for (int i = at; i < at + unit; i += Aes.BLOCK) {
      Xor.LONGS.set(tweaks, i, low);
      Xor.LONGS.set(tweaks, i + Long.BYTES, high);
      long carry = high >> 63 & POLYNOMIAL;
      high = high << 1 | low >>> 63;
      low = low << 1 ^ carry;
    }
  }
}
