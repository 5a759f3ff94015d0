package org.dmsim.dm.crypto;

import java.util.Optional;
import java.util.Set;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.NotModelledException;

/**
 * Algorithms by their names, such as {@code xts(aes)}: {@code crypto_alloc_skcipher} and its like,
 * 6.1. A name that the kernel has and the model has not is said to be not modelled; any other one
 * is ENOENT.
 */
public final class CryptoApi {

  /** {@code CRYPTO_MAX_ALG_NAME}. */
  public static final int MAX_NAME = 128;

  /** Block ciphers and streams of 6.1 that are not modelled. */
  private static final Set<String> OTHER_CIPHERS =
      Set.of(
          "anubis",
          "arc4",
          "aria",
          "blowfish",
          "camellia",
          "cast5",
          "cast6",
          "des",
          "des3_ede",
          "fcrypt",
          "khazad",
          "seed",
          "serpent",
          "sm4",
          "tea",
          "xtea",
          "xeta",
          "twofish",
          "chacha20",
          "xchacha20",
          "xchacha12",
          "cipher_null",
          "paes");

  /** Modes of 6.1 that are not modelled. */
  private static final Set<String> OTHER_MODES =
      Set.of(
          "adiantum",
          "hctr2",
          "cts",
          "cfb",
          "ofb",
          "lrw",
          "pcbc",
          "xctr",
          "keywrap",
          "rfc3686",
          "kw",
          "ccm",
          "rfc4106",
          "rfc4309",
          "rfc4543",
          "rfc7539esp",
          "seqiv",
          "echainiv",
          "aegis128");

  /** Digests of 6.1 that are not modelled. */
  private static final Set<String> OTHER_DIGESTS =
      Set.of(
          "md4",
          "rmd160",
          "sha3-224",
          "sha3-256",
          "sha3-384",
          "sha3-512",
          "sm3",
          "streebog256",
          "streebog512",
          "wp256",
          "wp384",
          "wp512",
          "blake2b-160",
          "blake2b-256",
          "blake2b-384",
          "blake2b-512",
          "michael_mic",
          "ghash",
          "polyval");

  private CryptoApi() {}

  /**
   * A cipher in a mode, without a key.
   *
   * @throws CryptoException ENOENT if the kernel has none of that name
   * @throws NotModelledException if it has, and the model has not
   */
  public static Skcipher skcipher(String name) throws CryptoException {
    if (name.startsWith("essiv(") && name.endsWith(")")) {
      return essiv(name.substring("essiv(".length(), name.length() - 1));
    }
    Optional<Skcipher> found =
        Optional.ofNullable(
            switch (name) {
              case "xts(aes)" -> new AesXts();
              case "cbc(aes)" -> new AesCbc();
              case "ecb(aes)" -> new AesEcb();
              case "ctr(aes)" -> new AesCtr();
              case "ecb(cipher_null)" -> new NullCipher();
              default -> null;
            });
    return found.orElseThrow(() -> unknown("cipher", name));
  }

  /** {@code CIPHER,DIGEST}: mirrors {@code essiv_create}, 6.1. */
  private static Skcipher essiv(String arguments) throws CryptoException {
    int comma = arguments.lastIndexOf(',');
    String cipher = comma < 0 ? arguments : arguments.substring(0, comma);
    Skcipher inner = skcipher(cipher);
    Shash digest = shash(comma < 0 ? "" : arguments.substring(comma + 1));
    boolean salts = isBetweenKeys(digest.digestSize()) && !digest.needsKey();
    if (!salts || inner.ivSize() != Aes.BLOCK) {
      DmLog.print("Unsupported essiv instantiation: essiv(" + cipher + "," + digest.name() + ")");
      throw new CryptoException(Errno.ENOENT);
    }
    return new Essiv(inner, digest);
  }

  /** From the shortest to the longest key of AES; the cipher refuses the rest with the key. */
  private static boolean isBetweenKeys(int size) {
    return size >= 16 && size <= 32;
  }

  /**
   * A digest.
   *
   * @throws CryptoException ENOENT if the kernel has none of that name
   * @throws NotModelledException if it has, and the model has not
   */
  public static Shash shash(String name) throws CryptoException {
    Shash found = Shash.of(name);
    if (found == null) {
      throw unknown("digest", name);
    }
    return found;
  }

  /** What becomes of a name that is not modelled: every word of it must be the kernel's. */
  static CryptoException unknown(String what, String name) {
    boolean known = false;
    for (String word : name.split("[(),]")) {
      boolean here = Set.of("aes", "xts", "cbc", "ecb", "ctr", "essiv", "").contains(word);
      boolean kernels =
          OTHER_CIPHERS.contains(word)
              || OTHER_MODES.contains(word)
              || OTHER_DIGESTS.contains(word);
      if (!here && !kernels) {
        return new CryptoException(Errno.ENOENT);
      }
      known |= kernels;
    }
    if (known) {
      throw new NotModelledException(
          "the "
              + what
              + " '"
              + name
              + "' is not modelled; there are xts(aes), cbc(aes), ecb(aes), ctr(aes),"
              + " ecb(cipher_null), essiv of them, and md5, sha1, sha224, sha256, sha384, sha512,"
              + " crc32, crc32c, xxhash64");
    }
    return new CryptoException(Errno.ENOENT);
  }
}
