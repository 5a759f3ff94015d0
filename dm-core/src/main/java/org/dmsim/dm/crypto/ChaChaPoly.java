package org.dmsim.dm.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.dmsim.report.DmsimFault;

/** {@code rfc7539(chacha20,poly1305)}: {@code crypto/chacha20poly1305.c}, 6.1, by the JDK. */
final class ChaChaPoly extends Aead {

  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final int KEY = 32;

  private SecretKeySpec key;

  ChaChaPoly() {
    super(1, NONCE);
  }

  @Override
  public int setKey(byte[] bytes, int cipherBytes, int macBytes) {
    if (cipherBytes == KEY) {
      key = new SecretKeySpec(Arrays.copyOf(bytes, KEY), "ChaCha20");
    }
    return refusal(cipherBytes == KEY);
  }

  @Override
  public boolean takesTagOf(int bytes) {
    return bytes == TAG;
  }

  @Override
  public boolean crypt(boolean encrypt, Request r) {
    try {
      Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
      int mode = encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
      cipher.init(mode, key, new IvParameterSpec(Arrays.copyOf(r.iv(), NONCE)));
      cipher.updateAAD(r.front());
      return AesGcm.Jdk.crypt(cipher, encrypt, r);
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new DmsimFault("the JDK cannot do chacha20 with poly1305", e);
    }
  }
}
