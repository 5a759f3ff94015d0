package org.dmsim.dm.crypto;

import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import org.dmsim.block.Errno;

/**
 * A cipher that authenticates: what a table line can be refused for. It computes nothing, since
 * what it would need below, a device with an integrity profile, is not modelled.
 *
 * @param blockSize {@code crypto_aead_blocksize}
 * @param ivSize {@code crypto_aead_ivsize}
 * @param answerToKeyOf what it answers to an encryption key of so many bytes: 0 or a negative errno
 */
public record Aead(int blockSize, int ivSize, IntUnaryOperator answerToKeyOf) {

  private static final String AUTHENC = "authenc(";
  private static final String HMAC = "hmac(";
  private static final int CHACHA_KEY = 32;
  private static final int NONCE = 12;

  /**
   * That of a name; {@code crypto_alloc_aead}.
   *
   * @throws CryptoException ENOENT if the kernel has none of that name
   */
  public static Aead of(String name) throws CryptoException {
    if (name.equals("gcm(aes)")) {
      return new Aead(1, NONCE, refusingUnless(Aes::takesKeyOf));
    }
    if (name.equals("rfc7539(chacha20,poly1305)")) {
      return new Aead(1, NONCE, refusingUnless(length -> length == CHACHA_KEY));
    }
    if (name.startsWith("essiv(authenc(") && name.endsWith(")")) {
      String arguments = name.substring("essiv(".length(), name.length() - 1);
      int comma = arguments.lastIndexOf(',');
      CryptoApi.shash(arguments.substring(comma + 1));
      return of(arguments.substring(0, comma));
    }
    int comma = name.indexOf(',');
    if (!name.startsWith(AUTHENC) || !name.endsWith(")") || comma < 0) {
      throw CryptoApi.unknown("cipher", name);
    }
    String mac = name.substring(AUTHENC.length(), comma);
    mac(mac);
    Skcipher inner = CryptoApi.skcipher(name.substring(comma + 1, name.length() - 1));
    // a digest has no key to set
    IntUnaryOperator answer =
        mac.startsWith(HMAC) ? refusingUnless(inner::takesKeyOf) : length -> -Errno.ENOSYS;
    return new Aead(inner.blockSize(), inner.ivSize(), answer);
  }

  /**
   * The digest of a MAC, or one that stands where a MAC should; {@code crypto_alloc_ahash}.
   *
   * @throws CryptoException ENOENT if the kernel has none of that name
   */
  public static Shash mac(String name) throws CryptoException {
    boolean hmac = name.startsWith(HMAC) && name.endsWith(")");
    return CryptoApi.shash(hmac ? name.substring(HMAC.length(), name.length() - 1) : name);
  }

  private static IntUnaryOperator refusingUnless(IntPredicate takesKeyOf) {
    return length -> takesKeyOf.test(length) ? 0 : -Errno.EINVAL;
  }
}
