package org.dmsim.dm.crypto;

import java.util.function.IntPredicate;

/**
 * A cipher that authenticates: what a table line can be refused for. It computes nothing, since
 * what it would need below, a device with an integrity profile, is not modelled.
 *
 * @param blockSize {@code crypto_aead_blocksize}
 * @param ivSize {@code crypto_aead_ivsize}
 * @param takesKeyOf whether it takes an encryption key of so many bytes
 */
public record Aead(int blockSize, int ivSize, IntPredicate takesKeyOf) {

  private static final String AUTHENC = "authenc(hmac(";
  private static final int CHACHA_KEY = 32;
  private static final int NONCE = 12;

  /**
   * That of a name; {@code crypto_alloc_aead}.
   *
   * @throws CryptoException ENOENT if the kernel has none of that name
   */
  public static Aead of(String name) throws CryptoException {
    if (name.equals("gcm(aes)")) {
      return new Aead(1, NONCE, Aes::takesKeyOf);
    }
    if (name.equals("rfc7539(chacha20,poly1305)")) {
      return new Aead(1, NONCE, length -> length == CHACHA_KEY);
    }
    if (name.startsWith("essiv(authenc(") && name.endsWith(")")) {
      String arguments = name.substring("essiv(".length(), name.length() - 1);
      int comma = arguments.lastIndexOf(',');
      CryptoApi.shash(arguments.substring(comma + 1));
      return of(arguments.substring(0, comma));
    }
    if (!name.startsWith(AUTHENC) || !name.endsWith(")") || name.indexOf("),") < 0) {
      throw CryptoApi.unknown("cipher", name);
    }
    int comma = name.indexOf("),");
    CryptoApi.shash(name.substring(AUTHENC.length(), comma));
    Skcipher inner = CryptoApi.skcipher(name.substring(comma + 2, name.length() - 1));
    return new Aead(inner.blockSize(), inner.ivSize(), inner::takesKeyOf);
  }
}
