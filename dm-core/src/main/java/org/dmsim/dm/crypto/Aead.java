package org.dmsim.dm.crypto;

import org.dmsim.block.Errno;

/**
 * A cipher that authenticates, with its key: {@code struct crypto_aead}. What it encrypts has a tag
 * beside it, and bytes in front that are authenticated only.
 */
public abstract class Aead extends Tfm {

  static final String HMAC = "hmac(";
  private static final String AUTHENC = "authenc(";
  private static final String ESSIV = "essiv(";

  /**
   * A cipher without a key.
   *
   * @param blockSize {@code crypto_aead_blocksize}
   * @param ivSize {@code crypto_aead_ivsize}
   */
  Aead(int blockSize, int ivSize) {
    super(blockSize, ivSize);
  }

  /**
   * Sets the key.
   *
   * @param key the cipher's key, and behind it that of the MAC
   * @param cipherBytes of the former
   * @param macBytes of the latter
   * @return 0 or a negative errno
   */
  public abstract int setKey(byte[] key, int cipherBytes, int macBytes);

  /** Whether tags can have so many bytes; {@code crypto_aead_setauthsize}. */
  public abstract boolean takesTagOf(int bytes);

  /**
   * Encrypts or decrypts.
   *
   * @param r what to work on
   * @return whether the tag was right; true where one is made
   */
  public abstract boolean crypt(boolean encrypt, Request r);

  /**
   * One unit.
   *
   * @param source where it is read, from {@code sourceAt} on
   * @param destination where it is written
   * @param length its bytes
   * @param front bytes that are authenticated only; the last of them are the vector
   * @param tag the tag, read or written
   */
  public record Request(
      byte[] source,
      int sourceAt,
      byte[] destination,
      int destinationAt,
      int length,
      byte[] front,
      byte[] iv,
      byte[] tag) {}

  /**
   * That of a name; {@code crypto_alloc_aead}.
   *
   * @throws CryptoException ENOENT if the kernel has none of that name
   */
  public static Aead of(String name) throws CryptoException {
    if (name.equals("gcm(aes)")) {
      return new AesGcm();
    }
    if (name.equals("rfc7539(chacha20,poly1305)")) {
      return new ChaChaPoly();
    }
    if (name.startsWith("essiv(authenc(") && name.endsWith(")")) {
      String arguments = name.substring(ESSIV.length(), name.length() - 1);
      int comma = arguments.lastIndexOf(',');
      Shash digest = CryptoApi.shash(arguments.substring(comma + 1));
      return authenc(arguments.substring(0, comma), digest);
    }
    return authenc(name, null);
  }

  private static Aead authenc(String name, Shash essiv) throws CryptoException {
    int comma = name.indexOf(',');
    if (!name.startsWith(AUTHENC) || !name.endsWith(")") || comma < 0) {
      throw CryptoApi.unknown("cipher", name);
    }
    String mac = name.substring(AUTHENC.length(), comma);
    mac(mac);
    Skcipher inner = CryptoApi.skcipher(name.substring(comma + 1, name.length() - 1));
    return new Authenc(inner, CryptoApi.shash(mac), essiv);
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

  static int refusal(boolean takes) {
    return takes ? 0 : -Errno.EINVAL;
  }
}
