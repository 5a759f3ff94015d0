package org.dmsim.dm.targets.crypt;

import java.util.ArrayDeque;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.dm.crypto.CryptoApi;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * The first argument of a table line, {@code cipher[:keycount]-mode-iv:ivopts} or {@code
 * capi:NAME-iv:ivopts}, taken apart.
 *
 * @param text as it stands there
 * @param api the crypto API's name of the cipher
 * @param ivMode which initialisation vectors; null for none
 * @param ivOpts what stands behind the colon; null for nothing
 * @param keys how many keys there are, by turns of sectors: a power of two
 */
record CipherSpec(String text, String api, String ivMode, String ivOpts, int keys) {

  /** So many keys has the cipher of loop-AES. */
  private static final int LMK_KEYS = 64;

  private static final String CAPI = "capi:";

  /**
   * Takes it apart.
   *
   * @param aead whether the table line asks for a cipher that authenticates
   * @throws TargetError with the kernel's words
   */
  static CipherSpec parse(String text, boolean aead) throws TargetError {
    return text.startsWith(CAPI) ? capi(text, aead) : legacy(text, aead);
  }

  /** Mirrors {@code crypt_ctr_cipher_new}, 6.1, up to the allocation. */
  @KernelSymbol("crypt_ctr_cipher_new")
  private static CipherSpec capi(String text, boolean aead) throws TargetError {
    String rest = text.substring(CAPI.length());
    int colon = rest.lastIndexOf(':');
    String ivOpts = colon < 0 ? null : rest.substring(colon + 1);
    rest = colon < 0 ? rest : rest.substring(0, colon);
    int hyphen = rest.lastIndexOf('-');
    String ivMode = hyphen < 0 ? null : rest.substring(hyphen + 1);
    String api = hyphen < 0 ? rest : rest.substring(0, hyphen);
    int keys = 1;
    if ("lmk".equals(ivMode)) {
      if (aead) {
        throw new TargetError(Errno.EINVAL, "AEAD transforms not supported for LMK");
      }
      keys = LMK_KEYS;
    }
    if ("essiv".equals(ivMode)) {
      api = essiv(api, ivOpts, "Cannot allocate cipher string");
    }
    return new CipherSpec(text, api, ivMode, ivOpts, keys);
  }

  private static String essiv(String cipher, String digest, String tooLong) throws TargetError {
    if (digest == null) {
      throw new TargetError(Errno.EINVAL, "Digest algorithm missing for ESSIV mode");
    }
    return notTooLong("essiv(" + cipher + "," + digest + ")", tooLong);
  }

  private static String notTooLong(String api, String error) throws TargetError {
    if (api.length() >= CryptoApi.MAX_NAME) {
      throw new TargetError(Errno.ENOMEM, error);
    }
    return api;
  }

  /** Mirrors {@code crypt_ctr_cipher_old}, 6.1, up to the allocation. */
  @KernelSymbol("crypt_ctr_cipher_old")
  private static CipherSpec legacy(String text, boolean aead) throws TargetError {
    if (text.indexOf('(') >= 0 || aead) {
      throw new TargetError(Errno.EINVAL, "Bad cipher specification");
    }
    ArrayDeque<String> parts = new ArrayDeque<>(List.of(text.split("-", 3)));
    String[] first = parts.poll().split(":", 2);
    String chain = parts.poll();
    String[] iv = parts.isEmpty() ? new String[0] : parts.poll().split(":", 2);
    String ivMode = iv.length > 0 ? iv[0] : null;
    String ivOpts = iv.length > 1 ? iv[1] : null;
    int keys = first.length < 2 ? 1 : keyCount(first[1]);
    if (chain == null || (chain.equals("plain") && ivMode == null)) {
      chain = "cbc";
      ivMode = "plain";
    }
    if (!chain.equals("ecb") && ivMode == null) {
      throw new TargetError(Errno.EINVAL, "IV mechanism required");
    }
    String api = chain + "(" + first[0] + ")";
    String tooLong = "Cannot allocate cipher strings";
    api = "essiv".equals(ivMode) ? essiv(api, ivOpts, tooLong) : notTooLong(api, tooLong);
    return new CipherSpec(text, api, ivMode, ivOpts, keys);
  }

  private static int keyCount(String text) throws TargetError {
    int count = Scan.isUnsigned(text) ? (int) Scan.unsigned(text) : 0;
    if (Integer.bitCount(count) != 1) {
      throw new TargetError(Errno.EINVAL, "Bad cipher key count specification");
    }
    return count;
  }

  /** The MAC of {@code authenc(MAC,...)}, of a cipher that is written so; else null. */
  String authencMac() throws TargetError {
    String name = text.substring(CAPI.length());
    if (!name.startsWith("authenc(")) {
      return null;
    }
    int end = name.indexOf(',');
    if (end < 0) {
      throw new TargetError(Errno.ENOMEM, "Invalid AEAD cipher spec");
    }
    return name.substring("authenc(".length(), end);
  }
}
