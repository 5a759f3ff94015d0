package org.dmsim.dm.crypto;

import java.util.Arrays;
import org.dmsim.block.Errno;

/**
 * {@code authenc(MAC,CIPHER)}: a MAC of what is in front and of what was encrypted; {@code
 * crypto/authenc.c}, 6.1. With {@code essiv} around it the vectors are encrypted with the digest of
 * both keys first, also where they stand in front.
 */
final class Authenc extends Aead {

  private final Skcipher cipher;
  private final Shash mac;
  private final Shash salt;
  private final Aes salted = new Aes("ECB", true);

  /** A cipher without keys; {@code salt} is null without essiv. */
  Authenc(Skcipher cipher, Shash mac, Shash salt) {
    super(cipher.blockSize(), cipher.ivSize());
    this.cipher = cipher;
    this.mac = mac;
    this.salt = salt;
  }

  @Override
  public int setKey(byte[] key, int cipherBytes, int macBytes) {
    if (!mac.name().startsWith(HMAC)) {
      return -Errno.ENOSYS; // a digest has no key to set
    }
    mac.setKey(Arrays.copyOfRange(key, cipherBytes, cipherBytes + macBytes));
    int r = cipher.setKey(key, 0, cipherBytes);
    if (r == 0 && salt != null) {
      byte[] digest = salt.update(key, 0, cipherBytes + macBytes).digest();
      salted.keyOfEcb(digest, 0, digest.length);
    }
    return r;
  }

  @Override
  public boolean takesTagOf(int bytes) {
    return bytes > 0 && bytes <= mac.digestSize();
  }

  @Override
  public boolean crypt(boolean encrypt, Request r) {
    byte[] iv = r.iv().clone();
    byte[] front = r.front();
    if (salt != null) {
      salted.apply(iv, 0, iv.length, iv, 0);
      front = front.clone();
      System.arraycopy(iv, 0, front, front.length - iv.length, iv.length);
    }
    boolean right = true;
    if (!encrypt) {
      byte[] tag = digest(front, r.source(), r.sourceAt(), r.length());
      right = Arrays.equals(tag, 0, r.tag().length, r.tag(), 0, r.tag().length);
      if (!right) {
        return false;
      }
    }
    Skcipher.Request units =
        new Skcipher.Request(r.destination(), r.destinationAt(), r.length(), 1, iv);
    cipher.crypt(encrypt, units.from(r.source(), r.sourceAt()));
    if (encrypt) {
      byte[] tag = digest(front, r.destination(), r.destinationAt(), r.length());
      System.arraycopy(tag, 0, r.tag(), 0, r.tag().length);
    }
    return right;
  }

  private byte[] digest(byte[] front, byte[] data, int at, int length) {
    return mac.update(front).update(data, at, length).digest();
  }
}
