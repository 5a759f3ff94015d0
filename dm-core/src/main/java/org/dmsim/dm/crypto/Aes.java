package org.dmsim.dm.crypto;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.dmsim.report.DmsimFault;

/** AES of the JDK's provider, one direction of one mode with one key. */
final class Aes {

  /** Bytes of a block. */
  static final int BLOCK = 16;

  private final Cipher cipher;
  private final int direction;
  private SecretKeySpec key;

  /**
   * Without a key.
   *
   * @param mode of the JDK: ECB, CBC, CTR
   */
  Aes(String mode, boolean encrypt) {
    try {
      cipher = Cipher.getInstance("AES/" + mode + "/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new DmsimFault("this JDK has no AES in mode " + mode, e);
    }
    direction = encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
  }

  /** Whether AES takes keys of so many bytes. */
  static boolean takesKeyOf(int length) {
    return length == 16 || length == 24 || length == 32;
  }

  /** Sets a key; of a mode without initialisation vectors. */
  void keyOfEcb(byte[] bytes, int offset, int length) {
    key(bytes, offset, length);
    init(null);
  }

  /** Sets a key; {@link #withIv} must follow. */
  void key(byte[] bytes, int offset, int length) {
    key = new SecretKeySpec(bytes, offset, length, "AES");
  }

  /** Begins with an initialisation vector. */
  Aes withIv(byte[] ivs, int offset) {
    init(new IvParameterSpec(ivs, offset, BLOCK));
    return this;
  }

  private void init(AlgorithmParameterSpec parameters) {
    try {
      cipher.init(direction, key, parameters);
    } catch (GeneralSecurityException e) {
      throw new DmsimFault("AES refuses its parameters", e);
    }
  }

  /** Works on whole blocks, in place or not. */
  void apply(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
    try {
      cipher.update(in, inOffset, length, out, outOffset);
    } catch (GeneralSecurityException e) {
      throw new DmsimFault("AES refuses " + length + " bytes", e);
    }
  }

  /** Each unit of a request by itself, with its own initialisation vector. */
  void eachUnit(Skcipher.Request r) {
    for (int u = 0; u < r.units(); u++) {
      int at = u * r.unit();
      withIv(r.ivs(), u * BLOCK)
          .apply(
              r.source(),
              r.sourceOffset() + at,
              r.unit(),
              r.destination(),
              r.destinationOffset() + at);
    }
  }
}
