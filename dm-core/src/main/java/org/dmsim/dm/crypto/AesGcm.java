package org.dmsim.dm.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.report.DmsimFault;

/** {@code gcm(aes)}: {@code crypto/gcm.c}, 6.1, computed by the JDK. */
final class AesGcm extends Aead {

  private static final int NONCE = 12;
  private static final int LEAST = 12;
  private static final int MOST = 16;

  private SecretKeySpec key;

  AesGcm() {
    super(1, NONCE);
  }

  @Override
  public int setKey(byte[] bytes, int cipherBytes, int macBytes) {
    if (Aes.takesKeyOf(cipherBytes)) {
      key = new SecretKeySpec(Arrays.copyOf(bytes, cipherBytes), "AES");
    }
    return refusal(Aes.takesKeyOf(cipherBytes));
  }

  /** {@code crypto_gcm_check_authsize}: 4 and 8 too, which no JDK computes. */
  @Override
  public boolean takesTagOf(int bytes) {
    return bytes == 4 || bytes == 8 || bytes >= LEAST && bytes <= MOST;
  }

  @Override
  public boolean crypt(boolean encrypt, Request r) {
    if (r.tag().length < LEAST) {
      throw new NotModelledException(
          "gcm(aes) with tags of " + r.tag().length + " bytes is not modelled; there are 12 to 16");
    }
    try {
      // a cipher of the JDK refuses to encrypt twice with one vector, which sectors may want
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      int mode = encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
      byte[] iv = Arrays.copyOf(r.iv(), NONCE);
      cipher.init(mode, key, new GCMParameterSpec(r.tag().length * Byte.SIZE, iv));
      cipher.updateAAD(r.front());
      return Jdk.crypt(cipher, encrypt, r);
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new DmsimFault("the JDK cannot do gcm(aes)", e);
    }
  }

  /** How the JDK's ciphers take data and tag: one behind the other. */
  static final class Jdk {
    private Jdk() {}

    static boolean crypt(Cipher cipher, boolean encrypt, Request r)
        throws GeneralSecurityException {
      if (encrypt) {
        byte[] both = cipher.doFinal(r.source(), r.sourceAt(), r.length());
        System.arraycopy(both, 0, r.destination(), r.destinationAt(), r.length());
        System.arraycopy(both, r.length(), r.tag(), 0, r.tag().length);
        return true;
      }
      int n = r.length();
      byte[] both = new byte[n + r.tag().length];
      System.arraycopy(r.source(), r.sourceAt(), both, 0, n);
      System.arraycopy(r.tag(), 0, both, n, r.tag().length);
      byte[] plain = cipher.doFinal(both);
      System.arraycopy(plain, 0, r.destination(), r.destinationAt(), n);
      return true;
    }
  }
}
